using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>
/// A first-in-first-out queue of fixed capacity for any number of threads: Michael and Scott's, over an array of nodes with
/// tagged indices.
/// </summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <remarks>
/// <para>Lock-free, unlike <see cref="BoundedQueue{T}"/>, which is faster: a stopped thread never holds up another. An
/// enqueue linearises when it links its node, a dequeue at its swap of head. Never allocates after construction.</para>
/// <para>M. Michael and M. Scott, "Simple, Fast, and Practical Non-Blocking and Blocking Concurrent Queue Algorithms"
/// (PODC 1996).</para>
/// </remarks>
public sealed class TaggedQueue<T>
{
    private TaggedQueueCore<T, HardwareAtomics> _core;

    /// <summary>An empty queue.</summary>
    /// <param name="capacity">Items it can hold, 1 to 2^30.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is outside its range.</exception>
    public TaggedQueue(int capacity)
    {
        Capacities.Check(capacity);
        _core = new TaggedQueueCore<T, HardwareAtomics>(capacity);
    }

    /// <summary>Items it can hold.</summary>
    public int Capacity => _core.Capacity;

    /// <summary>Compare-and-swaps lost to another thread so far, about: concurrent losers may count as one.</summary>
    public long Retries => _core.Retries;

    /// <summary>Adds an item unless all nodes are in use.</summary>
    /// <param name="item">The item.</param>
    /// <returns>Whether it was added.</returns>
    public bool TryEnqueue(T item) => _core.TryEnqueue(item);

    /// <summary>Takes the oldest item.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False: the queue was empty.</returns>
    public bool TryDequeue(out T item) => _core.TryDequeue(out item);
}
