using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>
/// The bounded queue of D. Vyukov (2010): each slot carries a sequence number that says whose turn it is. A slot at index i
/// is free for the enqueue at position p when its number is p, and holds the item of p when it is p + 1.
/// </summary>
internal struct BoundedRingCore<T, TAtomics>(int capacity)
    where TAtomics : struct, IAtomics
{
    private readonly Slot[] _slots = CreateSlots(capacity);
    private RingIndices _indices;

    public readonly int Capacity => _slots.Length;

    public int Count
    {
        get
        {
            var head = TAtomics.Load(ref _indices.Head);
            return (int)Math.Clamp(TAtomics.Load(ref _indices.Tail) - head, 0, _slots.Length);
        }
    }

    public readonly long Retries => _indices.HeadRetries + _indices.TailRetries;

    public bool TryEnqueue(T item)
    {
        var slots = _slots;
        var position = TAtomics.Load(ref _indices.Tail);
        while (true)
        {
            ref var slot = ref slots[(int)position & (slots.Length - 1)];
            var ahead = TAtomics.Load(ref slot.Sequence) - position;
            if (ahead == 0)
            {
                var found = TAtomics.CompareExchange(ref _indices.Tail, position + 1, position);
                if (found == position)
                {
                    slot.Item = item;
                    TAtomics.Store(ref slot.Sequence, position + 1);
                    return true;
                }

                // A plain increment: two losers may count as one, which a statistic can bear and a contended line cannot.
                _indices.TailRetries++;
                position = found;
            }
            else if (ahead < 0)
            {
                // The slot still holds the item of one round before. Full, unless tail has moved since.
                var now = TAtomics.Load(ref _indices.Tail);
                if (now == position)
                    return false;
                position = now;
            }
            else
            {
                position = TAtomics.Load(ref _indices.Tail);
            }
        }
    }

    public bool TryDequeue(out T item)
    {
        var slots = _slots;
        var position = TAtomics.Load(ref _indices.Head);
        while (true)
        {
            ref var slot = ref slots[(int)position & (slots.Length - 1)];
            var ahead = TAtomics.Load(ref slot.Sequence) - (position + 1);
            if (ahead == 0)
            {
                var found = TAtomics.CompareExchange(ref _indices.Head, position + 1, position);
                if (found == position)
                {
                    item = slot.Item;
                    if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
                        slot.Item = default!;
                    TAtomics.Store(ref slot.Sequence, position + slots.Length);
                    return true;
                }

                _indices.HeadRetries++;
                position = found;
            }
            else if (ahead < 0)
            {
                var now = TAtomics.Load(ref _indices.Head);
                if (now == position)
                {
                    item = default!;
                    return false;
                }

                position = now;
            }
            else
            {
                position = TAtomics.Load(ref _indices.Head);
            }
        }
    }

    private static Slot[] CreateSlots(int capacity)
    {
        var slots = new Slot[capacity];
        for (var i = 0; i < capacity; i++)
            slots[i].Sequence = i;
        return slots;
    }

    private struct Slot
    {
        public long Sequence;
        public T Item;
    }
}
