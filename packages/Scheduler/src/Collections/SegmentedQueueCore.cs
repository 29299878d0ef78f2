using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    /// <summary>
    /// Rings double up to this; a longer backlog takes several. What one thread adds in a time slice fits; with 65,536 a ring
    /// was closed every few hundred microseconds and sixteen threads on two processors took half as long again.
    /// </summary>
    private const int LargestRing = 1 << 20;

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

    /// <remarks>The first attempt alone and without a call, so that it needs no frame: that is a third of an operation.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enqueue(T item)
    {
        var ring = Unsafe.As<Ring>(TAtomics.Load(ref _ends.Tail))!;
        var position = TAtomics.Load(ref ring.Indices.Tail);
        ref var slot = ref ring.SlotOf(position);
        if (TAtomics.Load(ref slot.Sequence) == position
            && TAtomics.CompareExchange(ref ring.Indices.Tail, position + 1, position) == position)
        {
            slot.Item = item;
            TAtomics.Store(ref slot.Sequence, position + 1);
            return;
        }

        EnqueueSlow(item);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryDequeue(out T item)
    {
        var ring = HeadRing();
        var position = TAtomics.Load(ref ring.Indices.Head);
        ref var slot = ref ring.SlotOf(position);
        if (TAtomics.Load(ref slot.Sequence) == position + 1
            && TAtomics.CompareExchange(ref ring.Indices.Head, position + 1, position) == position)
        {
            item = ring.Take(ref slot, position);
            return true;
        }

        return TryDequeueSlow(out item);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnqueueSlow(T item)
    {
        while (true)
        {
            var ring = Unsafe.As<Ring>(TAtomics.Load(ref _ends.Tail))!;
            if (ring.TryEnqueue(item))
                return;
            Append(ring);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryDequeueSlow(out T item)
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
            // Longer even if a preempted dequeuer, not a backlog, has closed it: a ring that the others get round while one
            // thread is off its processor is too short, and a bigger one lets each run on for its time slice.
            var fresh = new Ring(Math.Min(LargestRing, 2 * closed.Slots.Length));
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

        /// <summary>Without a bounds check: the mask is the length less one, and the length is never zero.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ref Slot SlotOf(long position)
        {
            var slots = Slots;
            return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(slots), (int)position & (slots.Length - 1));
        }

        /// <summary>What a dequeue does once its position is its own.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Take(ref Slot slot, long position)
        {
            var item = slot.Item;
            if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
                slot.Item = default!;
            TAtomics.Store(ref slot.Sequence, position + Slots.Length);
            return item;
        }

        /// <summary>False: the ring is closed, perhaps by this very call because it was full.</summary>
        public bool TryEnqueue(T item)
        {
            var position = TAtomics.Load(ref Indices.Tail);
            while (position < Closed)
            {
                ref var slot = ref SlotOf(position);
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
            var position = TAtomics.Load(ref Indices.Head);
            var waited = 0;
            while (true)
            {
                ref var slot = ref SlotOf(position);
                var ahead = TAtomics.Load(ref slot.Sequence) - (position + 1);
                if (ahead == 0)
                {
                    var found = TAtomics.CompareExchange(ref Indices.Head, position + 1, position);
                    if (found == position)
                    {
                        item = Take(ref slot, position);
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
