using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Tables;

/// <summary>What the manifest knows of a table: enough to choose it, and to tell it from any other file.</summary>
internal sealed record TableMetadata
{
    public required ulong Number { get; init; }

    public required ulong UniqueId { get; init; }

    public required long Size { get; init; }

    public required byte[] Smallest { get; init; }

    public required byte[] Largest { get; init; }

    /// <summary>Whether <see cref="Largest"/> is the end of a range tombstone, which the table does not itself hold.</summary>
    public required bool LargestExclusive { get; init; }

    public required ulong MinSequence { get; init; }

    public required ulong MaxSequence { get; init; }

    public required ulong Entries { get; init; }

    public required ulong Deletes { get; init; }

    public required ulong RangeDeletes { get; init; }

    /// <summary>Unix milliseconds at which the first entry expires; 0 for never.</summary>
    public ulong FirstExpiry { get; init; }

    public void Encode(ByteBuffer target)
    {
        target.AppendVarint(Number);
        target.AppendUInt64(UniqueId);
        target.AppendVarint((ulong)Size);
        target.AppendSized(Smallest);
        target.AppendSized(Largest);
        target.AppendByte(LargestExclusive ? (byte)1 : (byte)0);
        target.AppendVarint(MinSequence);
        target.AppendVarint(MaxSequence);
        target.AppendVarint(Entries);
        target.AppendVarint(Deletes);
        target.AppendVarint(RangeDeletes);
        target.AppendVarint(FirstExpiry);
    }

    public static TableMetadata Decode(ref ByteCursor source) => new()
    {
        Number = source.ReadVarint(),
        UniqueId = source.ReadUInt64(),
        Size = (long)source.ReadVarint(),
        Smallest = source.ReadSized().ToArray(),
        Largest = source.ReadSized().ToArray(),
        LargestExclusive = source.ReadByte() != 0,
        MinSequence = source.ReadVarint(),
        MaxSequence = source.ReadVarint(),
        Entries = source.ReadVarint(),
        Deletes = source.ReadVarint(),
        RangeDeletes = source.ReadVarint(),
        FirstExpiry = source.ReadVarint(),
    };

    /// <summary>Whether the user key may be in the table.</summary>
    public bool Covers(ReadOnlySpan<byte> key) =>
        KeyOrder.Compare(Smallest, key) <= 0 && !EndsBefore(key);

    /// <summary>Whether every key of the table lies before <paramref name="key"/>.</summary>
    public bool EndsBefore(ReadOnlySpan<byte> key)
    {
        var order = KeyOrder.Compare(Largest, key);
        return order < 0 || (order == 0 && LargestExclusive);
    }
}
