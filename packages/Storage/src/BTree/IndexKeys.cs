namespace Gabbro.Storage.BTree;

/// <summary>Collects the index keys of one record.</summary>
public sealed class IndexKeys
{
    private byte[] _bytes = new byte[256];
    private int[] _ends = new int[4];

    internal IndexKeys()
    {
    }

    internal int Count { get; private set; }

    /// <summary>Lists the record under a key. The bytes are copied.</summary>
    /// <param name="key">The index key; it sorts bytewise.</param>
    public void Add(ReadOnlySpan<byte> key)
    {
        var start = Count == 0 ? 0 : _ends[Count - 1];
        if (_bytes.Length < start + key.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, start + key.Length));
        if (_ends.Length == Count)
            Array.Resize(ref _ends, Count * 2);
        key.CopyTo(_bytes.AsSpan(start));
        _ends[Count++] = start + key.Length;
    }

    internal void Clear() => Count = 0;

    internal ReadOnlySpan<byte> this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            return _bytes.AsSpan(start, _ends[index] - start);
        }
    }

    internal bool Contains(ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < Count; i++)
        {
            if (key.SequenceEqual(this[i]))
                return true;
        }

        return false;
    }
}
