using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>Michael and Scott's unbounded first-in-first-out queue, with nodes that are used again under epochs.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <remarks>
/// <para>Lock-free: a compare-and-swap fails only because another succeeded. An enqueue linearises when it links its node, a
/// dequeue at its swap of head; an empty result at the load that found no next node. <see cref="SegmentedQueue{T}"/> is
/// faster; this one has no segment to allocate and reuses its nodes where one thread both enqueues and dequeues.</para>
/// <para>Each thread gets a handle the first time it uses the queue, and the handle of a thread that ended is reused.</para>
/// <para>M. Michael and M. Scott (PODC 1996).</para>
/// </remarks>
public sealed class MichaelScottQueue<T> : IDisposable
{
    private readonly MichaelScottCore<T, HardwareAtomics> _core = new();
    private readonly ThreadLocal<Holder> _handles;

    /// <summary>An empty queue.</summary>
    public MichaelScottQueue() => _handles = new ThreadLocal<Holder>(() => new Holder(_core.Join()));

    /// <summary>Whether there is no item; a hint.</summary>
    public bool IsEmpty => _core.IsEmpty;

    /// <summary>Compare-and-swaps lost to another thread so far, about: concurrent losers may count as one.</summary>
    public long Retries => _core.Retries;

    /// <summary>Adds an item.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="ObjectDisposedException">The queue is disposed.</exception>
    public void Enqueue(T item) => _core.Enqueue(_handles.Value!.Handle, item);

    /// <summary>Takes the oldest item.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False: the queue was empty.</returns>
    /// <exception cref="ObjectDisposedException">The queue is disposed.</exception>
    public bool TryDequeue(out T item) => _core.TryDequeue(_handles.Value!.Handle, out item);

    /// <summary>Lets go of the threads' handles. Nobody may use the queue afterwards.</summary>
    public void Dispose() => _handles.Dispose();

    /// <summary>Gives the record back when its thread has ended and nothing holds the slot any more.</summary>
    private sealed class Holder(MichaelScottHandle<T, HardwareAtomics> handle)
    {
        public MichaelScottHandle<T, HardwareAtomics> Handle { get; } = handle;

        ~Holder() => Handle.Leave();
    }
}
