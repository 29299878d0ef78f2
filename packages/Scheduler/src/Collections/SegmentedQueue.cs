using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>An unbounded first-in-first-out queue for any number of producers and consumers.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <remarks>
/// <para>An enqueue takes its place by one fetch-and-add, which never fails, and is wait-free but for a new segment now and
/// then. A dequeue is one compare-and-swap; it waits for an enqueuer that has taken the next slot and not yet filled it,
/// spinning, then yielding, so it is not lock-free in the strict sense (<see cref="MichaelScottQueue{T}"/> is). An enqueue
/// linearises at its fetch-and-add, a dequeue at its compare-and-swap, an empty result at its load of tail.</para>
/// <para>Allocates a segment of 1,024 slots for every 1,024 items, longer ones while a backlog grows; an empty queue keeps
/// one segment.</para>
/// <para>After P. Ramalhete and A. Correia, "FAAArrayQueue" (2016).</para>
/// </remarks>
public sealed class SegmentedQueue<T>
{
    /// <summary>256 left allocation at 4 % of the time of a pass through the queue; 4,096 gained nothing more.</summary>
    private const int SegmentSize = 1024;

    private SegmentedQueueCore<T, HardwareAtomics> _core = new(SegmentSize);

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
