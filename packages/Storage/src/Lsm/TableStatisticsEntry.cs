namespace Gabbro.Storage.Lsm;

/// <summary>One table file.</summary>
/// <param name="Number">The number in its name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Entries">Entries, tombstones included.</param>
/// <param name="Deletes">Tombstones.</param>
/// <param name="Smallest">Its first key.</param>
/// <param name="Largest">Its last key.</param>
public sealed record TableStatisticsEntry(
    ulong Number, long Bytes, long Entries, long Deletes, ReadOnlyMemory<byte> Smallest, ReadOnlyMemory<byte> Largest);
