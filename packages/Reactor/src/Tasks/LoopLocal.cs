namespace Gabbro.Reactor.Tasks;

/// <summary>
/// A value of which every loop has its own: caches, counters, pools that need no lock because one thread uses them.
/// Usually a static field.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class LoopLocal<T>
{
    private readonly int _index = Interlocked.Increment(ref LoopLocalIndex.Next) - 1;
    private readonly Func<EventLoop, T> _create;

    /// <summary>Makes a variable.</summary>
    /// <param name="create">Makes the value of a loop when it is first read there.</param>
    /// <exception cref="ArgumentNullException"><paramref name="create"/> is null.</exception>
    public LoopLocal(Func<EventLoop, T> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _create = create;
    }

    /// <summary>The value of the loop that runs on this thread. O(1); allocates when the loop meets the variable first.</summary>
    /// <exception cref="InvalidOperationException">No loop runs on this thread.</exception>
    public T Value
    {
        get => Slot.Value;
        set => Slot.Value = value;
    }

    private LoopLocalSlot<T> Slot
    {
        get
        {
            EventLoop loop = EventLoop.Current ?? throw new InvalidOperationException("No event loop runs on this thread.");
            ref object? slot = ref loop.LocalSlot(_index);
            return (LoopLocalSlot<T>)(slot ??= new LoopLocalSlot<T>(_create(loop)));
        }
    }
}
