using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Engine;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree;

/// <summary>A position in a tree of one transaction: seeks, steps both ways, and in a write transaction deletes.</summary>
/// <remarks>
/// A ref struct of about 450 bytes: pass it by reference. Moving costs O(1) amortised, seeking O(log n); nothing is
/// allocated. Spans are valid until the transaction ends; in a write transaction until its next change. One thread at a time.
/// </remarks>
public unsafe ref struct BTreeCursor
{
    private readonly WriteSession? _session;
    private readonly ReaderSeat? _seat;
    private readonly int _tree;
    private readonly int _stamp;
    private TreeCursor _cursor;
    private int _changes;
    private bool _isBeforeNext;

    internal BTreeCursor(ReaderSeat seat, int stamp, scoped in TreeRoot root)
    {
        _seat = seat;
        _stamp = stamp;
        _cursor = new TreeCursor(seat.Pages, root);
    }

    internal BTreeCursor(WriteSession session, int tree)
    {
        _session = session;
        _tree = tree;
        _stamp = session.Stamp;
        _cursor = new TreeCursor(session.Pages, session.Tree(tree).Root);
        _changes = session.Changes;
    }

    /// <summary>Whether the cursor stands on a record.</summary>
    public readonly bool IsValid => _cursor.IsValid && !_isBeforeNext;

    /// <summary>The key of the record.</summary>
    /// <exception cref="InvalidOperationException">The cursor stands on no record, or the transaction has changed something since.</exception>
    public readonly ReadOnlySpan<byte> Key
    {
        get
        {
            Require();
            return _cursor.Key;
        }
    }

    /// <summary>The value of the record.</summary>
    /// <exception cref="InvalidOperationException">The cursor stands on no record, or the transaction has changed something since.</exception>
    /// <exception cref="CorruptionException">A page of a large value is damaged.</exception>
    public readonly ReadOnlySpan<byte> Value
    {
        get
        {
            Require();
            return _cursor.Value;
        }
    }

    /// <summary>Moves to the first record.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    public bool SeekFirst()
    {
        Refresh();
        return _cursor.SeekFirst();
    }

    /// <summary>Moves to the last record.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    public bool SeekLast()
    {
        Refresh();
        return _cursor.SeekLast();
    }

    /// <summary>Moves to the first record whose key is at or above <paramref name="key"/>.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    public bool Seek(scoped ReadOnlySpan<byte> key)
    {
        Refresh();
        fixed (byte* k = &MemoryMarshal.GetReference(key))
            return _cursor.Seek(k, key.Length, out _);
    }

    /// <summary>Moves to the record with the key, if there is one; otherwise to the first above it.</summary>
    /// <returns>Whether the very key is there.</returns>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    public bool SeekExact(scoped ReadOnlySpan<byte> key)
    {
        Refresh();
        fixed (byte* k = &MemoryMarshal.GetReference(key))
        {
            _cursor.Seek(k, key.Length, out var exact);
            return exact;
        }
    }

    /// <summary>Moves to the last record whose key is below <paramref name="key"/>.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    public bool SeekBelow(scoped ReadOnlySpan<byte> key) => Seek(key) ? _cursor.Previous() : _cursor.SeekLast();

    /// <summary>Moves to the next record; after <see cref="Delete"/> to the one behind the deleted.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidOperationException">The transaction has changed something other than through this cursor.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    public bool Next()
    {
        RequireUnchanged();
        if (!_isBeforeNext)
            return _cursor.Next();
        _isBeforeNext = false;
        return _cursor.IsValid;
    }

    /// <summary>Moves to the record before; after <see cref="Delete"/> to the one before the deleted.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidOperationException">The transaction has changed something other than through this cursor.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    public bool Previous()
    {
        RequireUnchanged();
        var wasBeforeNext = _isBeforeNext;
        _isBeforeNext = false;
        return wasBeforeNext && !_cursor.IsValid ? _cursor.SeekLast() : _cursor.Previous();
    }

    /// <summary>Whether the cursor stands on a record whose key begins with a prefix: the condition of a prefix scan.</summary>
    public readonly bool IsAtPrefix(scoped ReadOnlySpan<byte> prefix) => IsValid && _cursor.Key.StartsWith(prefix);

    /// <summary>Removes the record; the cursor then stands between its neighbours.</summary>
    /// <exception cref="InvalidOperationException">The cursor belongs to a read transaction or stands on no record.</exception>
    /// <exception cref="StorageException">The file cannot grow; the transaction can only be rolled back.</exception>
    public void Delete()
    {
        if (_session == null)
            throw new InvalidOperationException("A cursor of a read transaction cannot delete.");
        Require();
        var key = _cursor.Key;
        Span<byte> copy = key.Length <= 512 ? stackalloc byte[512] : new byte[key.Length];
        copy = copy[..key.Length];
        key.CopyTo(copy);
        _session.DeleteIndexed(_tree, copy);
        _changes = _session.Changes;
        _cursor = new TreeCursor(_session.Pages, _session.Tree(_tree).Root);
        fixed (byte* k = &MemoryMarshal.GetReference(copy))
            _cursor.Seek(k, copy.Length, out _);
        _isBeforeNext = true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Require()
    {
        RequireUnchanged();
        if (!IsValid)
            ThrowNoRecord();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void RequireUnchanged()
    {
        if (_seat != null)
        {
            if (_seat.Stamp != _stamp)
                throw new ObjectDisposedException(nameof(ReadTransaction));
            return;
        }

        RequireSession();
        if (_session!.Changes != _changes)
            throw new InvalidOperationException("The transaction has changed something since the cursor was placed; seek again.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void RequireSession()
    {
        if (_session == null)
            ThrowNoRecord();
        if (_session!.Stamp != _stamp)
            throw new ObjectDisposedException(nameof(WriteTransaction));
        _session.ThrowIfFailed();
    }

    // After a change of the tree every position is void, but a seek starts anew from the root.
    private void Refresh()
    {
        _isBeforeNext = false;
        if (_seat != null)
        {
            RequireUnchanged();
            return;
        }

        RequireSession();
        if (_session!.Changes == _changes)
            return;
        _changes = _session.Changes;
        _cursor = new TreeCursor(_session.Pages, _session.Tree(_tree).Root);
    }

    [DoesNotReturn]
    private static void ThrowNoRecord() => throw new InvalidOperationException("The cursor stands on no record.");
}
