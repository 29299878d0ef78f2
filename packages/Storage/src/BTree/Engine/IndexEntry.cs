namespace Gabbro.Storage.BTree.Engine;

/// <summary>
/// The key of an entry in an index tree: the index key with every 0x00 written as 0x00 0xFF, then 0x00 0x01, then the key
/// of the record. So entries sort by index key first, whatever the lengths.
/// </summary>
internal static class IndexEntry
{
    public const int TerminatorLength = 2;

    /// <summary>The name of an index tree in the catalog: it begins with a zero, which names of trees cannot.</summary>
    public static byte[] TreeName(ReadOnlySpan<byte> tree, ReadOnlySpan<byte> index) => [0, .. tree, 0, .. index];

    /// <summary>The beginning that the names of all indexes of a tree share.</summary>
    public static byte[] TreeNamePrefix(ReadOnlySpan<byte> tree) => [0, .. tree, 0];

    public static int Escape(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        var length = 0;
        foreach (var b in key)
        {
            destination[length++] = b;
            if (b == 0)
                destination[length++] = 0xFF;
        }

        return length;
    }

    /// <summary>Bytes of an entry.</summary>
    public static int Length(ReadOnlySpan<byte> indexKey, ReadOnlySpan<byte> primaryKey) =>
        indexKey.Length + indexKey.Count((byte)0) + TerminatorLength + primaryKey.Length;

    public static int Encode(ReadOnlySpan<byte> indexKey, ReadOnlySpan<byte> primaryKey, Span<byte> destination)
    {
        var length = Escape(indexKey, destination);
        destination[length++] = 0;
        destination[length++] = 1;
        primaryKey.CopyTo(destination[length..]);
        return length + primaryKey.Length;
    }

    /// <summary>Where the record's key begins.</summary>
    public static int EndOfIndexKey(ReadOnlySpan<byte> entry)
    {
        for (var i = 0; i + 1 < entry.Length; i++)
        {
            if (entry[i] != 0)
                continue;
            if (entry[i + 1] == 1)
                return i + TerminatorLength;
            i++;
        }

        return entry.Length;
    }

    public static byte[] DecodeIndexKey(ReadOnlySpan<byte> entry)
    {
        var escaped = entry[..(EndOfIndexKey(entry) - TerminatorLength)];
        var key = new byte[escaped.Length];
        var length = 0;
        for (var i = 0; i < escaped.Length; i++)
        {
            key[length++] = escaped[i];
            if (escaped[i] == 0)
                i++;
        }

        return key[..length];
    }

    public static bool HasIndexKey(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> indexKey)
    {
        var at = 0;
        foreach (var b in indexKey)
        {
            if (at >= entry.Length || entry[at++] != b)
                return false;
            if (b == 0 && (at >= entry.Length || entry[at++] != 0xFF))
                return false;
        }

        return entry[at..] is [0, 1, ..];
    }
}
