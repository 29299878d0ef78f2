using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>An unbounded last-in-first-out stack for any number of threads.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <remarks>
/// Lock-free: a compare-and-swap fails only because another one succeeded, and then backs off. Both operations linearise at
/// their successful compare-and-swap. Allocates a node per push; the garbage collector, which keeps a node alive while any
/// thread holds it, is the answer to ABA. R. K. Treiber (1986).
/// </remarks>
public sealed class TreiberStack<T>
{
    private TreiberStackCore<T, HardwareAtomics> _core;

    /// <summary>Whether there is no item; a hint.</summary>
    public bool IsEmpty => _core.IsEmpty;

    /// <summary>Compare-and-swaps lost to another thread so far, about: concurrent losers may count as one.</summary>
    public long Retries => _core.Retries;

    /// <summary>Adds an item.</summary>
    /// <param name="item">The item.</param>
    public void Push(T item) => _core.Push(item);

    /// <summary>Takes the item pushed last.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False: the stack was empty.</returns>
    public bool TryPop(out T item) => _core.TryPop(out item);
}
