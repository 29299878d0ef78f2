using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>
/// An unbounded queue of array segments in which both ends take their slot by one fetch-and-add, after P. Ramalhete and
/// A. Correia, "FAAArrayQueue" (2016), itself after the LCRQ of A. Morrison and Y. Afek (PPoPP 2013).
/// </summary>
/// <remarks>
/// A slot goes Empty -> Written -> Taken, or Empty -> Taken when a dequeuer came first and did not want to wait for the
/// enqueuer any longer: that one then takes another slot. So no thread ever waits for a stopped one: lock-free. Segments are
/// used once and left to the garbage collector, which is what keeps a late thread from meeting a reused one.
/// </remarks>
internal struct SegmentedQueueCore<T, TAtomics>
    where TAtomics : struct, IAtomics
{
    private const int Empty = 0;
    private const int Written = 1;
    private const int Taken = 2;

    /// <summary>Turns a dequeuer waits for the enqueuer of its slot before it gives the slot up.</summary>
    private const int Patience = 8;

    private readonly int _segmentSize;
    private Ends _ends;

    public SegmentedQueueCore(int segmentSize)
    {
        _segmentSize = segmentSize;
        var segment = new Segment(segmentSize);
        _ends.Head = segment;
        _ends.Tail = segment;
    }

    public long AbandonedSlots => Volatile.Read(ref _ends.Abandoned);

    public bool IsEmpty
    {
        get
        {
            var segment = HeadSegment();
            while (true)
            {
                if (TAtomics.Load(ref segment.Indices.Head) < Math.Min(TAtomics.Load(ref segment.Indices.Tail), _segmentSize))
                    return false;
                if (TAtomics.Load(ref segment.Next) is not Segment next)
                    return true;
                segment = next;
            }
        }
    }

    public int Count
    {
        get
        {
            long count = 0;
            for (var segment = HeadSegment(); segment is not null; segment = (Segment?)TAtomics.Load(ref segment.Next))
            {
                var head = Math.Min(TAtomics.Load(ref segment.Indices.Head), _segmentSize);
                count += Math.Max(0, Math.Min(TAtomics.Load(ref segment.Indices.Tail), _segmentSize) - head);
            }

            return (int)Math.Min(count, int.MaxValue);
        }
    }

    public void Enqueue(T item)
    {
        while (true)
        {
            var segment = Unsafe.As<Segment>(TAtomics.Load(ref _ends.Tail))!;
            var index = TAtomics.Add(ref segment.Indices.Tail, 1) - 1;
            if (index < segment.Slots.Length)
            {
                ref var slot = ref segment.Slots[(int)index];
                slot.Item = item;
                if (TAtomics.CompareExchange(ref slot.State, Written, Empty) == Empty)
                    return;

                // A dequeuer gave the slot up and nobody will look at it again.
                slot.Item = default!;
                continue;
            }

            Append(segment);
        }
    }

    public bool TryDequeue(out T item)
    {
        while (true)
        {
            var segment = HeadSegment();

            // Without this look every call on an empty queue would use up a slot.
            var head = TAtomics.Load(ref segment.Indices.Head);
            if (head >= TAtomics.Load(ref segment.Indices.Tail) && TAtomics.Load(ref segment.Next) is null)
            {
                item = default!;
                return false;
            }

            var index = TAtomics.Add(ref segment.Indices.Head, 1) - 1;
            if (index < segment.Slots.Length)
            {
                ref var slot = ref segment.Slots[(int)index];
                for (var round = 0; round < Patience && TAtomics.Load(ref slot.State) == Empty; round++)
                    TAtomics.Pause(round);
                if (TAtomics.Load(ref slot.State) == Written || TAtomics.Exchange(ref slot.State, Taken) == Written)
                {
                    item = slot.Item;
                    if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
                        slot.Item = default!;
                    return true;
                }

                _ends.Abandoned++;
                continue;
            }

            if (TAtomics.Load(ref segment.Next) is not { } next)
            {
                item = default!;
                return false;
            }

            TAtomics.CompareExchange(ref _ends.Head, next, segment);
        }
    }

    private Segment HeadSegment() => Unsafe.As<Segment>(TAtomics.Load(ref _ends.Head))!;

    private void Append(Segment full)
    {
        var next = TAtomics.Load(ref full.Next);
        if (next is null)
        {
            var fresh = new Segment(_segmentSize);
            next = TAtomics.CompareExchange(ref full.Next, fresh, null) ?? fresh;
        }

        TAtomics.CompareExchange(ref _ends.Tail, next, full);
    }

    private struct Slot
    {
        public T Item;
        public int State;
    }

    /// <summary>References cannot be padded by layout, but they change once per segment; the hot words are in the segments.</summary>
    private struct Ends
    {
        public object? Head;
        public object? Tail;
        public long Abandoned;
    }

    private sealed class Segment(int size)
    {
        public readonly Slot[] Slots = new Slot[size];
        public object? Next;
        public RingIndices Indices;
    }
}
