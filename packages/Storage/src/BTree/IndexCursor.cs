using Gabbro.Storage.BTree.Engine;

namespace Gabbro.Storage.BTree;

/// <summary>A position in an index: entries in the order of their index keys, then of the keys of their records.</summary>
/// <remarks>A ref struct as <see cref="BTreeCursor"/>; allocates once, for the bytes of a sought key above 256 bytes.</remarks>
public ref struct IndexCursor
{
    private BTreeCursor _cursor;

    internal IndexCursor(BTreeCursor cursor) => _cursor = cursor;

    /// <summary>Whether the cursor stands on an entry.</summary>
    public readonly bool IsValid => _cursor.IsValid;

    /// <summary>The key of the record that the entry lists.</summary>
    /// <exception cref="InvalidOperationException">The cursor stands on no entry.</exception>
    public readonly ReadOnlySpan<byte> PrimaryKey => _cursor.Key[IndexEntry.EndOfIndexKey(_cursor.Key)..];

    /// <summary>A copy of the entry's index key.</summary>
    /// <exception cref="InvalidOperationException">The cursor stands on no entry.</exception>
    public readonly byte[] IndexKey => IndexEntry.DecodeIndexKey(_cursor.Key);

    /// <summary>Moves to the first entry.</summary>
    /// <returns>Whether there is one.</returns>
    public bool SeekFirst() => _cursor.SeekFirst();

    /// <summary>Moves to the last entry.</summary>
    /// <returns>Whether there is one.</returns>
    public bool SeekLast() => _cursor.SeekLast();

    /// <summary>Moves to the first entry whose index key is at or above <paramref name="indexKey"/>.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Seek(scoped ReadOnlySpan<byte> indexKey)
    {
        Span<byte> buffer = stackalloc byte[(256 * 2) + IndexEntry.TerminatorLength];
        if (indexKey.Length > 256)
            buffer = new byte[(indexKey.Length * 2) + IndexEntry.TerminatorLength];
        // Without the terminator: every entry whose index key begins with these bytes sorts at or above them.
        var length = IndexEntry.Escape(indexKey, buffer);
        return _cursor.Seek(buffer[..length]);
    }

    /// <summary>Moves to the first entry with the very index key.</summary>
    /// <returns>Whether there is one.</returns>
    public bool SeekExact(scoped ReadOnlySpan<byte> indexKey) => Seek(indexKey) && IsAt(indexKey);

    /// <summary>Whether the cursor stands on an entry with the very index key.</summary>
    public readonly bool IsAt(scoped ReadOnlySpan<byte> indexKey) => IsValid && IndexEntry.HasIndexKey(_cursor.Key, indexKey);

    /// <summary>Moves to the next entry.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Next() => _cursor.Next();

    /// <summary>Moves to the entry before.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Previous() => _cursor.Previous();
}
