using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Deques;

/// <summary>
/// The dynamic circular work-stealing deque of D. Chase and Y. Lev (SPAA 2005), with the orderings of N. M. Lê, A. Pop,
/// A. Cohen and F. Zappella Nardelli, "Correct and Efficient Work-Stealing for Weak Memory Models" (PPoPP 2013).
/// </summary>
/// <remarks>
/// The owner pushes and pops at the bottom (wait-free but for growth); thieves take at the top (lock-free). A push
/// linearises at its store to bottom; a steal and the pop of the last item at the compare-and-swap of top; any other pop
/// at its store to bottom. Indices are 64-bit and never wrap. An old buffer lives as long as a thief reads from it: the
/// garbage collector is the reclamation scheme here.
/// </remarks>
internal struct ChaseLevCore<T, TAtomics>
    where TAtomics : struct, IAtomics
{
    private object? _buffer;
    private ChaseLevIndices _indices;

    public ChaseLevCore(int capacity) => _buffer = new Buffer(capacity);

    public int Count
    {
        get
        {
            var bottom = TAtomics.Load(ref _indices.Bottom);
            var top = TAtomics.Load(ref _indices.Top);
            return (int)Math.Max(0, bottom - top);
        }
    }

    /// <summary>Owner: the index the next push gets.</summary>
    public long Bottom => _indices.OwnerBottom;

    /// <summary>Owner. Publishes with a releasing store only: a caller that must wake sleepers adds the fence.</summary>
    public void Push(T item)
    {
        var bottom = _indices.OwnerBottom;
        var buffer = OwnerBuffer();
        if (bottom - _indices.OwnerTop >= buffer.Length)
        {
            _indices.OwnerTop = TAtomics.Load(ref _indices.Top);
            if (bottom - _indices.OwnerTop >= buffer.Length)
                buffer = Grow(buffer, bottom);
        }

        buffer[bottom] = item;
        _indices.OwnerBottom = bottom + 1;
        TAtomics.Store(ref _indices.Bottom, bottom + 1);
    }

    /// <summary>Owner: takes the item pushed last.</summary>
    public bool TryPop(out T item)
    {
        var bottom = _indices.OwnerBottom - 1;

        // Nothing there even by an old, lower bound of top: the usual case of a fork-join worker costs no fence.
        if (bottom < _indices.OwnerTop)
        {
            item = default!;
            return false;
        }

        TAtomics.Store(ref _indices.Bottom, bottom);

        // Partner of the fence in TrySteal. Without it both sides could miss the other's move and take one item twice.
        TAtomics.Fence();
        var top = TAtomics.Load(ref _indices.Top);
        _indices.OwnerTop = top;
        var buffer = OwnerBuffer();
        if (top < bottom)
        {
            _indices.OwnerBottom = bottom;
            item = buffer.Take(bottom);
            return true;
        }

        // The last item, or none: top is the arbiter, and bottom ends one past it either way.
        var won = top == bottom && TAtomics.CompareExchange(ref _indices.Top, top + 1, top) == top;
        item = won ? buffer.Take(bottom) : default!;
        _indices.OwnerBottom = bottom + 1;
        _indices.OwnerTop = bottom + 1;
        TAtomics.Store(ref _indices.Bottom, bottom + 1);
        ForgetStolen(buffer, bottom + 1);
        return won;
    }

    /// <summary>Anybody: takes the oldest item.</summary>
    public StealResult TrySteal(out T item)
    {
        var top = TAtomics.Load(ref _indices.Top);

        // Partner of the fence in TryPop.
        TAtomics.Fence();
        var bottom = TAtomics.Load(ref _indices.Bottom);
        if (top >= bottom)
        {
            item = default!;
            return StealResult.Empty;
        }

        // The buffer is read after bottom, so it is the one the item at top was pushed into or a grown copy of it. The
        // copy of the item may be torn or stale if we lose the race, and is thrown away then.
        var buffer = Unsafe.As<Buffer>(TAtomics.Load(ref _buffer))!;
        item = buffer[top];
        if (TAtomics.CompareExchange(ref _indices.Top, top + 1, top) == top)
            return StealResult.Taken;
        item = default!;
        return StealResult.Lost;
    }

    private Buffer OwnerBuffer() => Unsafe.As<Buffer>(TAtomics.Load(ref _buffer))!;

    private Buffer Grow(Buffer old, long bottom)
    {
        var grown = new Buffer(old.Length * 2);
        for (var i = _indices.OwnerTop; i < bottom; i++)
            grown[i] = old[i];
        _indices.Forgotten = _indices.OwnerTop;
        TAtomics.Store(ref _buffer, grown);
        return grown;
    }

    /// <summary>A thief must not clear what it took, the owner may have reused the slot; so the owner does when empty.</summary>
    private void ForgetStolen(Buffer buffer, long top)
    {
        if (!RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            return;
        var from = Math.Max(_indices.Forgotten, top - buffer.Length);
        for (var i = from; i < top; i++)
            buffer[i] = default!;
        _indices.Forgotten = top;
    }

    /// <summary>A struct, so that storing a reference needs no check of the array's element type.</summary>
    private struct Slot
    {
        public T Item;
    }

    private sealed class Buffer(int capacity)
    {
        private readonly Slot[] _slots = new Slot[capacity];

        public int Length => _slots.Length;

        public ref T this[long index]
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get
            {
                var slots = _slots;
                return ref slots[(int)index & (slots.Length - 1)].Item;
            }
        }

        public T Take(long index)
        {
            ref var slot = ref this[index];
            var item = slot;
            if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
                slot = default!;
            return item;
        }
    }
}
