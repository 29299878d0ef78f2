namespace Gabbro.Storage.Lsm;

/// <summary>One level of a column family.</summary>
/// <param name="Level">From 0, the newest, down.</param>
/// <param name="Bytes">Bytes of its tables.</param>
/// <param name="Entries">Entries in them.</param>
/// <param name="Deletes">Tombstones among them.</param>
/// <param name="Tables">Its tables.</param>
public sealed record LevelStatistics(int Level, long Bytes, long Entries, long Deletes, IReadOnlyList<TableStatisticsEntry> Tables);
