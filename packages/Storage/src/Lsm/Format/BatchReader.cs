namespace Gabbro.Storage.Lsm.Format;

/// <summary>Walks the entries of a batch as the log stores it.</summary>
internal ref struct BatchReader
{
    private ByteCursor _cursor;

    public BatchReader(ReadOnlySpan<byte> batch, string path, long offset)
    {
        _cursor = new ByteCursor(batch, path, offset);
        Sequence = _cursor.ReadUInt64();
        Count = _cursor.ReadUInt32();
    }

    /// <summary>The sequence number of the first entry; the others follow.</summary>
    public ulong Sequence { get; }

    public uint Count { get; }

    public EntryKind Kind { get; private set; }

    public uint Family { get; private set; }

    public ReadOnlySpan<byte> Key { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Next()
    {
        if (_cursor.AtEnd)
            return false;
        Kind = (EntryKind)_cursor.ReadByte();
        if (Kind > EntryKind.PutUntil)
            throw _cursor.Bad($"a known kind of entry, found {(byte)Kind}");
        Family = (uint)_cursor.ReadVarint();
        Key = _cursor.ReadSized();
        Value = Kind == EntryKind.Delete ? default : _cursor.ReadSized();
        return true;
    }
}
