using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>
/// The ring of L. Lamport (1983) with each side keeping a copy of the other's index (J. Giacomoni et al., "FastForward",
/// 2008, has the idea): the shared index is read only when the copy says full or empty.
/// </summary>
internal struct SpscRingCore<T, TAtomics>(int capacity)
    where TAtomics : struct, IAtomics
{
    private readonly T[] _items = new T[capacity];
    private RingIndices _indices;

    public readonly int Capacity => _items.Length;

    public int Count
    {
        get
        {
            var head = TAtomics.Load(ref _indices.Head);
            return (int)Math.Clamp(TAtomics.Load(ref _indices.Tail) - head, 0, _items.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnqueue(T item)
    {
        var items = _items;
        var tail = TAtomics.Load(ref _indices.Tail);
        if (tail - _indices.SeenHead == items.Length)
        {
            _indices.SeenHead = TAtomics.Load(ref _indices.Head);
            if (tail - _indices.SeenHead == items.Length)
                return false;
        }

        items[(int)tail & (items.Length - 1)] = item;
        TAtomics.Store(ref _indices.Tail, tail + 1);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryDequeue(out T item)
    {
        var items = _items;
        var head = TAtomics.Load(ref _indices.Head);
        if (head == _indices.SeenTail)
        {
            _indices.SeenTail = TAtomics.Load(ref _indices.Tail);
            if (head == _indices.SeenTail)
            {
                item = default!;
                return false;
            }
        }

        ref var slot = ref items[(int)head & (items.Length - 1)];
        item = slot;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            slot = default!;
        TAtomics.Store(ref _indices.Head, head + 1);
        return true;
    }

    /// <summary>Adds the first items of a span, as many as there is room for; all of them become visible at once.</summary>
    public int Enqueue(ReadOnlySpan<T> source)
    {
        var items = _items;
        var tail = TAtomics.Load(ref _indices.Tail);
        var room = items.Length - (int)(tail - _indices.SeenHead);
        if (room < source.Length)
        {
            _indices.SeenHead = TAtomics.Load(ref _indices.Head);
            room = items.Length - (int)(tail - _indices.SeenHead);
        }

        var count = Math.Min(room, source.Length);
        if (count == 0)
            return 0;
        var first = (int)tail & (items.Length - 1);
        var toEnd = Math.Min(count, items.Length - first);
        source[..toEnd].CopyTo(items.AsSpan(first));
        source[toEnd..count].CopyTo(items);
        TAtomics.Store(ref _indices.Tail, tail + count);
        return count;
    }

    /// <summary>Takes the oldest items, as many as there are or fit.</summary>
    public int Dequeue(Span<T> destination)
    {
        var items = _items;
        var head = TAtomics.Load(ref _indices.Head);
        var there = (int)(_indices.SeenTail - head);
        if (there < destination.Length)
        {
            _indices.SeenTail = TAtomics.Load(ref _indices.Tail);
            there = (int)(_indices.SeenTail - head);
        }

        var count = Math.Min(there, destination.Length);
        if (count == 0)
            return 0;
        var first = (int)head & (items.Length - 1);
        var toEnd = Math.Min(count, items.Length - first);
        Move(items.AsSpan(first, toEnd), destination);
        Move(items.AsSpan(0, count - toEnd), destination[toEnd..]);
        TAtomics.Store(ref _indices.Head, head + count);
        return count;
    }

    private static void Move(Span<T> from, Span<T> to)
    {
        from.CopyTo(to);
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            from.Clear();
    }
}
