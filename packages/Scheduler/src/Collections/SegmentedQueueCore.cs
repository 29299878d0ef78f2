using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>
/// An unbounded queue of array segments: an enqueue takes its slot by one fetch-and-add, as in the FAAArrayQueue of
/// P. Ramalhete and A. Correia (2016); a dequeue looks at the slot first and takes it by one compare-and-swap of head.
/// </summary>
/// <remarks>
/// A slot goes from Empty to Written once. A dequeue only reads it, so the consumers' core does not take the line away from
/// the producers'. Segments are used once and left to the garbage collector, which is what keeps a late thread from meeting
/// a reused one. FAAArrayQueue lets a dequeue give up a slot whose enqueuer is slow and is lock-free for it, at the price of
/// a second interlocked operation per enqueue, which cost a third of the throughput.
/// </remarks>
internal struct SegmentedQueueCore<T, TAtomics>
    where TAtomics : struct, IAtomics
{
    private const int Empty = 0;
    private const int Written = 1;

    /// <summary>
    /// Segments double up to this while a backlog grows: sixteen bytes a slot make the long ones large objects, which the
    /// collector does not copy from generation to generation while they wait.
    /// </summary>
    private const int LargestSegment = 1 << 16;

    private readonly int _segmentSize;
    private Ends _ends;

    public SegmentedQueueCore(int segmentSize)
    {
        _segmentSize = segmentSize;
        var segment = new Segment(segmentSize);
        _ends.Head = segment;
        _ends.Tail = segment;
    }

    public long Retries => Volatile.Read(ref _ends.Retries);

    public bool IsEmpty
    {
        get
        {
            var segment = HeadSegment();
            while (true)
            {
                if (TAtomics.Load(ref segment.Indices.Head) < Math.Min(TAtomics.Load(ref segment.Indices.Tail), segment.Slots.Length))
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
                var head = Math.Min(TAtomics.Load(ref segment.Indices.Head), segment.Slots.Length);
                count += Math.Max(0, Math.Min(TAtomics.Load(ref segment.Indices.Tail), segment.Slots.Length) - head);
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
                TAtomics.Store(ref slot.State, Written);
                return;
            }

            Append(segment);
        }
    }

    public bool TryDequeue(out T item)
    {
        while (true)
        {
            var segment = HeadSegment();
            var head = TAtomics.Load(ref segment.Indices.Head);
            if (head < segment.Slots.Length)
            {
                ref var slot = ref segment.Slots[(int)head];
                if (TAtomics.Load(ref slot.State) != Written)
                {
                    if (TAtomics.Load(ref segment.Indices.Tail) <= head)
                    {
                        item = default!;
                        return false;
                    }

                    // Its enqueuer has the slot but has not filled it. To say "empty" would be wrong if a later one has.
                    for (var round = 0; TAtomics.Load(ref slot.State) == Empty; round++)
                        TAtomics.Pause(round);
                }

                if (TAtomics.CompareExchange(ref segment.Indices.Head, head + 1, head) == head)
                {
                    item = slot.Item;
                    if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
                        slot.Item = default!;
                    return true;
                }

                _ends.Retries++;
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
            // No backlog: the consumers are in the same segment as the producers, and short-lived garbage is the cheapest.
            var backlog = !ReferenceEquals(TAtomics.Load(ref _ends.Head), full);
            var fresh = new Segment(backlog ? Math.Min(LargestSegment, 2 * full.Slots.Length) : _segmentSize);
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
        public long Retries;
    }

    private sealed class Segment(int size)
    {
        public readonly Slot[] Slots = new Slot[size];
        public object? Next;
        public RingIndices Indices;
    }
}
