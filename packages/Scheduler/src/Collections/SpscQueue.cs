using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>A first-in-first-out queue of fixed capacity from one producer to one consumer.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <remarks>
/// One thread at a time may enqueue and one at a time dequeue; nothing checks that. Both operations are wait-free: a plain
/// load and a releasing store, no interlocked operation. They linearise at the store of tail and head. Never allocates after
/// construction. Each side knows a lower bound of the other's progress and reads its index only when that says full or empty,
/// so the sides exchange cache lines once per batch; a capacity that outlasts the other side's pauses is therefore worth it.
/// </remarks>
public sealed class SpscQueue<T>
{
    private SpscRingCore<T, HardwareAtomics> _core;

    /// <summary>An empty queue.</summary>
    /// <param name="capacity">1 to 2^30, rounded up to a power of two.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is outside its range.</exception>
    public SpscQueue(int capacity) => _core = new SpscRingCore<T, HardwareAtomics>(Capacities.Check(capacity));

    /// <summary>Items it can hold.</summary>
    public int Capacity => _core.Capacity;

    /// <summary>Number of items; a hint.</summary>
    public int Count => _core.Count;

    /// <summary>Producer: adds an item unless the queue is full.</summary>
    /// <param name="item">The item.</param>
    /// <returns>Whether it was added.</returns>
    public bool TryEnqueue(T item) => _core.TryEnqueue(item);

    /// <summary>Consumer: takes the oldest item.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False: the queue is empty.</returns>
    public bool TryDequeue(out T item) => _core.TryDequeue(out item);

    /// <summary>Producer: adds the first items of a span, as many as there is room for.</summary>
    /// <param name="items">The items, oldest first; they become visible to the consumer together.</param>
    /// <returns>How many were added.</returns>
    /// <remarks>Copies at the speed of memory: one store to the shared index for all.</remarks>
    public int Enqueue(ReadOnlySpan<T> items) => _core.Enqueue(items);

    /// <summary>Consumer: takes the oldest items, as many as there are and fit.</summary>
    /// <param name="destination">Where they go, oldest first.</param>
    /// <returns>How many were taken.</returns>
    public int Dequeue(Span<T> destination) => _core.Dequeue(destination);
}
