using Gabbro.Scheduler.Atomics;
using Gabbro.Scheduler.Deques;

namespace Gabbro.Scheduler.Collections;

/// <summary>A work-stealing deque: one owner pushes and pops at one end, any thread steals from the other.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <remarks>
/// <para><see cref="Push"/> and <see cref="TryPop"/> may be called by one thread at a time, the owner; <see cref="TrySteal"/>
/// by any. Owner operations are wait-free except that a push may grow the buffer; stealing is lock-free: an attempt fails
/// only because another one succeeded, and is then repeated.</para>
/// <para>Linearisation points: the push's store to bottom; the steal's, and the last item's pop's, compare-and-swap of top;
/// any other pop's store to bottom. A pop costs one full fence unless the deque is known to be empty. Grows by doubling,
/// never shrinks; allocates only to grow. Stolen references are forgotten when the owner finds the deque empty.</para>
/// <para>D. Chase and Y. Lev (SPAA 2005); N. M. Lê et al. (PPoPP 2013).</para>
/// </remarks>
public sealed class ChaseLevDeque<T>
{
    private ChaseLevCore<T, HardwareAtomics> _core;

    /// <summary>An empty deque.</summary>
    /// <param name="capacity">Items it holds before it grows, 1 to 2^30, rounded up to a power of two.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is outside its range.</exception>
    public ChaseLevDeque(int capacity = 64) => _core = new ChaseLevCore<T, HardwareAtomics>(Capacities.Check(capacity));

    /// <summary>Number of items; exact for the owner while nobody steals, a hint otherwise.</summary>
    public int Count => _core.Count;

    /// <summary>Owner: adds an item at the near end.</summary>
    /// <param name="item">The item.</param>
    public void Push(T item) => _core.Push(item);

    /// <summary>Owner: takes the item pushed last.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False: the deque is empty.</returns>
    public bool TryPop(out T item) => _core.TryPop(out item);

    /// <summary>Anybody: takes the oldest item.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False: the deque was empty.</returns>
    public bool TrySteal(out T item)
    {
        while (true)
        {
            switch (_core.TrySteal(out item))
            {
                case StealResult.Taken:
                    return true;
                case StealResult.Empty:
                    return false;
            }
        }
    }
}
