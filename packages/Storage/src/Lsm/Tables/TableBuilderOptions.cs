namespace Gabbro.Storage.Lsm.Tables;

/// <summary>How a table is to be built.</summary>
/// <param name="BlockSize">Bytes at which a data block is closed, before compression.</param>
/// <param name="PartitionBlocks">Data blocks at which a partition of the index and its filter is closed.</param>
/// <param name="Compression">Of the data blocks.</param>
/// <param name="UseFilter">Whether to build filters.</param>
/// <param name="Now">Creation time.</param>
/// <param name="Throttle">Called with the bytes about to be written; may wait.</param>
internal sealed record TableBuilderOptions(
    int BlockSize, int PartitionBlocks, CompressionKind Compression, bool UseFilter, DateTimeOffset Now, Action<int>? Throttle);
