using System.Runtime.CompilerServices;
using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Iterators;

/// <summary>Many sorted sources as one, by a binary heap of those that have an entry left.</summary>
/// <remarks>No two sources hold the same (key, sequence), so there are no ties to break.</remarks>
internal sealed unsafe class MergingIterator : InternalIterator
{
    private readonly InternalIterator[] _children;
    private readonly InternalIterator[] _heap;
    private int _count;
    private bool _forward = true;

    public MergingIterator(InternalIterator[] children)
    {
        _children = children;
        _heap = new InternalIterator[children.Length];
    }

    public override void SeekToFirst()
    {
        foreach (var child in _children)
            child.SeekToFirst();
        Rebuild(forward: true);
    }

    public override void SeekToLast()
    {
        foreach (var child in _children)
            child.SeekToLast();
        Rebuild(forward: false);
    }

    public override void Seek(byte* key, int length, ulong trailer)
    {
        foreach (var child in _children)
            child.Seek(key, length, trailer);
        Rebuild(forward: true);
    }

    public override void SeekBefore(byte* key, int length, ulong trailer)
    {
        foreach (var child in _children)
            child.SeekBefore(key, length, trailer);
        Rebuild(forward: false);
    }

    public override void Next()
    {
        if (!_forward)
            TurnForward();
        var top = _heap[0];
        top.Next();
        Settle(top);
    }

    public override void Previous()
    {
        if (_forward)
            TurnBackward();
        var top = _heap[0];
        top.Previous();
        Settle(top);
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var child in _children)
            child.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Settle(InternalIterator top)
    {
        if (!top.Valid)
        {
            _heap[0] = _heap[--_count];
            if (_count == 0)
            {
                Valid = false;
                return;
            }
        }

        if (_count > 1)
            SiftDown(0);
        Load();
    }

    // Every other child stands before the current key (or is spent): put each at its first entry after it.
    private void TurnForward()
    {
        var current = _heap[0];
        foreach (var child in _children)
        {
            if (!ReferenceEquals(child, current))
                child.Seek(current.Key, current.KeyLength, current.Trailer);
        }

        Rebuild(forward: true);
        BringToTop(current);
    }

    private void TurnBackward()
    {
        var current = _heap[0];
        foreach (var child in _children)
        {
            if (!ReferenceEquals(child, current))
                child.SeekBefore(current.Key, current.KeyLength, current.Trailer);
        }

        Rebuild(forward: false);
        BringToTop(current);
    }

    // After a turn the child that was current is the extreme of all, as the others stand beyond it.
    private void BringToTop(InternalIterator current)
    {
        if (!ReferenceEquals(_heap[0], current))
            throw new InvalidOperationException("two sources hold the same entry");
    }

    private void Rebuild(bool forward)
    {
        _forward = forward;
        _count = 0;
        foreach (var child in _children)
        {
            if (child.Valid)
                _heap[_count++] = child;
        }

        for (var i = (_count / 2) - 1; i >= 0; i--)
            SiftDown(i);
        Valid = _count > 0;
        if (Valid)
            Load();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Load()
    {
        var top = _heap[0];
        Key = top.Key;
        KeyLength = top.KeyLength;
        Trailer = top.Trailer;
        Value = top.Value;
        ValueLength = top.ValueLength;
        Valid = true;
    }

    private void SiftDown(int index)
    {
        var item = _heap[index];
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= _count)
                break;
            if (child + 1 < _count && Precedes(_heap[child + 1], _heap[child]))
                child++;
            if (!Precedes(_heap[child], item))
                break;
            _heap[index] = _heap[child];
            index = child;
        }

        _heap[index] = item;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Precedes(InternalIterator a, InternalIterator b)
    {
        var order = KeyOrder.Compare(a.Key, a.KeyLength, a.Trailer, b.Key, b.KeyLength, b.Trailer);
        return _forward ? order < 0 : order > 0;
    }
}
