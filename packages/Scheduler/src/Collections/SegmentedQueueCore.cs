using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>
/// An unbounded queue made of bounded ones: a list of Vyukov rings (see <see cref="BoundedRingCore{T, TAtomics}"/>), of
/// which a full one is closed for good and followed by another. While the backlog fits the ring, nothing is allocated.
/// </summary>
/// <remarks>
/// The idea is that of A. Morrison and Y. Afek's LCRQ (PPoPP 2013) with the ring of Vyukov in place of theirs, as in
/// the runtime's ConcurrentQueue. A ring is closed by a bit in its tail itself, so that closing and taking a place are
/// changes of one word: no enqueuer takes a place in a closed ring, and a dequeuer that sees the bit knows the last tail.
/// A closed ring is never opened again and never reused, so a thread that comes late with an old reference meets a ring
/// that is closed and empty, and goes on to the next.
/// </remarks>
internal struct SegmentedQueueCore<T, TAtomics>
    where TAtomics : struct, IAtomics
{
    private const long Closed = 1L << 62;

    /// <summary>Rings double up to this while a backlog grows; a longer backlog takes several.</summary>
    private const int LargestRing = 1 << 16;

    private Ends _ends;

    /// <param name="capacity">Of the first ring: a power of two, at least 2.</param>
    public SegmentedQueueCore(int capacity)
    {
        var ring = new Ring(capacity);
        _ends.Head = ring;
        _ends.Tail = ring;
    }

    public long Retries
    {
        get
        {
            var retries = Volatile.Read(ref _ends.PastRetries);
            for (var ring = HeadRing(); ring is not null; ring = (Ring?)TAtomics.Load(ref ring.Next))
                retries += ring.Indices.HeadRetries + ring.Indices.TailRetries;
            return retries;
        }
    }

    public bool IsEmpty
    {
        get
        {
            var ring = HeadRing();
            while (true)
            {
                var head = TAtomics.Load(ref ring.Indices.Head);
                var tail = TAtomics.Load(ref ring.Indices.Tail);
                if (head < (tail & ~Closed))
                    return false;
                if ((tail & Closed) == 0 || TAtomics.Load(ref ring.Next) is not { } next)
                    return true;
                ring = Unsafe.As<Ring>(next);
            }
        }
    }

    public int Count
    {
        get
        {
            long count = 0;
            for (var ring = HeadRing(); ring is not null; ring = (Ring?)TAtomics.Load(ref ring.Next))
            {
                var head = TAtomics.Load(ref ring.Indices.Head);
                count += Math.Max(0, (TAtomics.Load(ref ring.Indices.Tail) & ~Closed) - head);
            }

            return (int)Math.Min(count, int.MaxValue);
        }
    }

    public void Enqueue(T item)
    {
        while (true)
        {
            var ring = Unsafe.As<Ring>(TAtomics.Load(ref _ends.Tail))!;
            if (ring.TryEnqueue(item))
                return;
            Append(ring);
        }
    }

    public bool TryDequeue(out T item)
    {
        while (true)
        {
            var ring = HeadRing();
            switch (ring.TryDequeue(out item))
            {
                case RingResult.Taken:
                    return true;
                case RingResult.Empty:
                    return false;
            }

            // Closed and drained. Nothing behind it: whoever closed it has not appended what it wants to enqueue.
            if (TAtomics.Load(ref ring.Next) is not { } next)
                return false;
            if (ReferenceEquals(TAtomics.CompareExchange(ref _ends.Head, next, ring), ring))
                Interlocked.Add(ref _ends.PastRetries, ring.Indices.HeadRetries + ring.Indices.TailRetries);
        }
    }

    private Ring HeadRing() => Unsafe.As<Ring>(TAtomics.Load(ref _ends.Head))!;

    /// <summary>Moves tail behind a closed ring, to a new one unless somebody else has appended one.</summary>
    private void Append(Ring closed)
    {
        var next = TAtomics.Load(ref closed.Next);
        if (next is null)
        {
            // Closed although not half full: a dequeuer was preempted with a slot in its hands. That needs no longer ring.
            var size = closed.Slots.Length;
            var backlog = (TAtomics.Load(ref closed.Indices.Tail) & ~Closed) - TAtomics.Load(ref closed.Indices.Head);
            var fresh = new Ring(backlog > size / 2 ? Math.Min(LargestRing, 2 * size) : size);
            next = TAtomics.CompareExchange(ref closed.Next, fresh, null) ?? fresh;
        }

        TAtomics.CompareExchange(ref _ends.Tail, next, closed);
    }

    private enum RingResult
    {
        Taken,
        Empty,
        Drained,
    }

    private struct Slot
    {
        public T Item;

        /// <summary>p: free for the enqueue at position p. p + 1: holds the item of position p.</summary>
        public long Sequence;
    }

    /// <summary>References cannot be padded by layout, but they change once per ring; the hot words are in the rings.</summary>
    private struct Ends
    {
        public object? Head;
        public object? Tail;

        /// <summary>Of the rings that are gone.</summary>
        public long PastRetries;
    }

    private sealed class Ring
    {
        public readonly Slot[] Slots;
        public object? Next;
        public RingIndices Indices;

        public Ring(int size)
        {
            Slots = new Slot[size];
            for (var i = 0; i < size; i++)
                Slots[i].Sequence = i;
        }

        /// <summary>False: the ring is closed, perhaps by this very call because it was full.</summary>
        public bool TryEnqueue(T item)
        {
            var slots = Slots;
            var position = TAtomics.Load(ref Indices.Tail);
            while (position < Closed)
            {
                ref var slot = ref slots[(int)position & (slots.Length - 1)];
                var ahead = TAtomics.Load(ref slot.Sequence) - position;
                if (ahead == 0)
                {
                    var found = TAtomics.CompareExchange(ref Indices.Tail, position + 1, position);
                    if (found == position)
                    {
                        slot.Item = item;
                        TAtomics.Store(ref slot.Sequence, position + 1);
                        return true;
                    }

                    // A plain increment: two losers may count as one, which a statistic can bear.
                    Indices.TailRetries++;
                    position = found;
                    continue;
                }

                // Ahead: another enqueue has taken the place. Behind: the item of one round before is still there, or its
                // dequeuer has not let go of the slot; if tail has not moved meanwhile, the ring is full.
                var now = TAtomics.Load(ref Indices.Tail);
                if (ahead < 0 && now == position)
                {
                    now = TAtomics.CompareExchange(ref Indices.Tail, position | Closed, position);
                    if (now == position)
                        return false;
                }

                position = now;
            }

            return false;
        }

        public RingResult TryDequeue(out T item)
        {
            var slots = Slots;
            var position = TAtomics.Load(ref Indices.Head);
            var waited = 0;
            while (true)
            {
                ref var slot = ref slots[(int)position & (slots.Length - 1)];
                var ahead = TAtomics.Load(ref slot.Sequence) - (position + 1);
                if (ahead == 0)
                {
                    var found = TAtomics.CompareExchange(ref Indices.Head, position + 1, position);
                    if (found == position)
                    {
                        item = slot.Item;
                        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
                            slot.Item = default!;
                        TAtomics.Store(ref slot.Sequence, position + slots.Length);
                        return RingResult.Taken;
                    }

                    Indices.HeadRetries++;
                    position = found;
                    continue;
                }

                if (ahead < 0)
                {
                    // Head never passes tail: equal to a head that once was, tail says that nothing was there when it was read.
                    var tail = TAtomics.Load(ref Indices.Tail);
                    if ((tail & ~Closed) <= position)
                    {
                        item = default!;
                        return tail == position ? RingResult.Empty : RingResult.Drained;
                    }

                    // Its enqueuer has the slot but has not filled it. To say "empty" would be wrong if a later one has.
                    TAtomics.Pause(waited++);
                }

                position = TAtomics.Load(ref Indices.Head);
            }
        }
    }
}
