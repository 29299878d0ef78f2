using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>An unbounded first-in-first-out queue for any number of producers and consumers.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <remarks>
/// <para>One compare-and-swap per operation. A dequeue waits for an enqueuer that has taken the next slot and not yet filled
/// it, spinning, then yielding, so the queue is not lock-free in the strict sense (<see cref="MichaelScottQueue{T}"/> is). An
/// enqueue linearises at its compare-and-swap of tail, a dequeue at that of head, an empty result at its load of tail.</para>
/// <para>Allocates nothing while its items fit the ring it has, at first of 1,024 slots; a longer backlog is put into rings
/// that double up to a million slots, and the last of them is kept.</para>
/// <para>D. Vyukov, "Bounded MPMC queue" (2010); A. Morrison and Y. Afek, "Fast Concurrent Queues for x86 Processors" (PPoPP
/// 2013).</para>
/// </remarks>
public sealed class SegmentedQueue<T>
{
    /// <summary>Sixteen KiB of slots for most types: a burst of that length costs no new ring.</summary>
    private const int FirstRing = 1024;

    private SegmentedQueueCore<T, HardwareAtomics> _core = new(FirstRing);

    /// <summary>Whether there is no item; a hint.</summary>
    public bool IsEmpty => _core.IsEmpty;

    /// <summary>Number of items; a hint, linear in the number of segments.</summary>
    public int Count => _core.Count;

    /// <summary>Compare-and-swaps lost to another thread so far, about: concurrent losers may count as one.</summary>
    public long Retries => _core.Retries;

    /// <summary>Adds an item.</summary>
    /// <param name="item">The item.</param>
    public void Enqueue(T item) => _core.Enqueue(item);

    /// <summary>Takes the oldest item.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False: the queue was empty.</returns>
    public bool TryDequeue(out T item) => _core.TryDequeue(out item);
}
