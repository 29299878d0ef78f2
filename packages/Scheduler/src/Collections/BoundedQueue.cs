using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>A first-in-first-out queue of fixed capacity for any number of producers and consumers.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <remarks>
/// <para>One compare-and-swap per operation; never blocks, never allocates after construction. Not lock-free in the strict
/// sense: a thread stopped between taking its ticket and touching its slot holds up that slot, and a queue may then be
/// reported full or empty while others are under way; the rest goes on.</para>
/// <para>Successful calls linearise at their compare-and-swap of tail or head; failed ones do not, as said.</para>
/// <para>D. Vyukov, "Bounded MPMC queue" (2010).</para>
/// </remarks>
public sealed class BoundedQueue<T>
{
    private BoundedRingCore<T, HardwareAtomics> _core;

    /// <summary>An empty queue.</summary>
    /// <param name="capacity">1 to 2^30, rounded up to a power of two and to at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is outside its range.</exception>
    public BoundedQueue(int capacity) =>
        _core = new BoundedRingCore<T, HardwareAtomics>(Math.Max(2, Capacities.Check(capacity)));

    /// <summary>Items it can hold.</summary>
    public int Capacity => _core.Capacity;

    /// <summary>Number of items; a hint.</summary>
    public int Count => _core.Count;

    /// <summary>Compare-and-swaps lost to another thread so far, about: concurrent losers may count as one.</summary>
    public long Retries => _core.Retries;

    /// <summary>Adds an item unless the queue is full.</summary>
    /// <param name="item">The item.</param>
    /// <returns>Whether it was added.</returns>
    public bool TryEnqueue(T item) => _core.TryEnqueue(item);

    /// <summary>Takes the oldest item.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False: the queue was empty.</returns>
    public bool TryDequeue(out T item) => _core.TryDequeue(out item);
}
