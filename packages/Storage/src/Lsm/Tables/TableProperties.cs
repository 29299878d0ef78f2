using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Tables;

/// <summary>What a table file says of its content.</summary>
internal sealed class TableProperties
{
    public ulong Entries { get; set; }

    public ulong Deletes { get; set; }

    public ulong RangeDeletes { get; set; }

    public ulong RawKeyBytes { get; set; }

    public ulong RawValueBytes { get; set; }

    public ulong DataBlocks { get; set; }

    public ulong DataBytes { get; set; }

    public ulong IndexBytes { get; set; }

    public ulong FilterBytes { get; set; }

    public ulong MinSequence { get; set; }

    public ulong MaxSequence { get; set; }

    public ulong CreatedUnixMilliseconds { get; set; }

    public CompressionKind Compression { get; set; }

    public void Encode(ByteBuffer target)
    {
        foreach (var value in (ReadOnlySpan<ulong>)[
            Entries, Deletes, RangeDeletes, RawKeyBytes, RawValueBytes, DataBlocks, DataBytes, IndexBytes, FilterBytes,
            MinSequence, MaxSequence, CreatedUnixMilliseconds, (ulong)Compression])
        {
            target.AppendVarint(value);
        }
    }

    public static TableProperties Decode(ByteCursor source) => new()
    {
        Entries = source.ReadVarint(),
        Deletes = source.ReadVarint(),
        RangeDeletes = source.ReadVarint(),
        RawKeyBytes = source.ReadVarint(),
        RawValueBytes = source.ReadVarint(),
        DataBlocks = source.ReadVarint(),
        DataBytes = source.ReadVarint(),
        IndexBytes = source.ReadVarint(),
        FilterBytes = source.ReadVarint(),
        MinSequence = source.ReadVarint(),
        MaxSequence = source.ReadVarint(),
        CreatedUnixMilliseconds = source.ReadVarint(),
        Compression = (CompressionKind)source.ReadVarint(),
    };
}
