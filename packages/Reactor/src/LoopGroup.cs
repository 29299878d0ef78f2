namespace Gabbro.Reactor;

/// <summary>
/// Several loops, each on a thread of its own and sharing nothing: one a processor, for work that one thread cannot do.
/// Sockets are spread over them by the system (<see cref="Net.ListenOptions.ShareAddress"/>) or handed over by the program
/// (<see cref="EventLoop.Adopt(Platform.Sockets.SocketHandle)"/>); they talk through a <see cref="Tasks.LoopChannel{T}"/>.
/// </summary>
public sealed class LoopGroup : IDisposable
{
    private readonly EventLoop[] _loops;
    private readonly Task[] _ended;
    private int _next = -1;

    /// <summary>Makes and starts loops.</summary>
    /// <param name="count">How many.</param>
    /// <param name="options">Makes the options of each, given its number; null for defaults. Set <see cref="EventLoopOptions.Processor"/> to pin.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive.</exception>
    /// <exception cref="Platform.PlatformException">The system refused to make a poller.</exception>
    public LoopGroup(int count, Func<int, EventLoopOptions>? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        _loops = new EventLoop[count];
        _ended = new Task[count];
        for (int i = 0; i < count; i++)
            _loops[i] = new EventLoop(options?.Invoke(i) ?? new EventLoopOptions { Name = $"loop {i}" });
        for (int i = 0; i < count; i++)
            _ended[i] = _loops[i].Start();
    }

    /// <summary>The loops.</summary>
    public IReadOnlyList<EventLoop> Loops => _loops;

    /// <summary>Completes when all loops have ended; faults when an exception that nobody handled ended one.</summary>
    public Task Completion => Task.WhenAll(_ended);

    /// <summary>The next loop in turn. Any thread.</summary>
    public EventLoop Next() => _loops[(uint)Interlocked.Increment(ref _next) % (uint)_loops.Length];

    /// <summary>Runs a method on every loop.</summary>
    /// <param name="action">The method, given the loop and its number.</param>
    /// <returns>Completes when it has completed on all of them.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="action"/> is null.</exception>
    public Task RunOnAllAsync(Func<EventLoop, int, Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return Task.WhenAll(_loops.Select((loop, i) => loop.InvokeAsync(() => action(loop, i))));
    }

    /// <summary>Ends all loops in good order. See <see cref="EventLoop.ShutdownAsync"/>.</summary>
    /// <param name="deadline">How long the end may take.</param>
    /// <returns>True when all finished in time.</returns>
    public async Task<bool> ShutdownAsync(TimeSpan deadline)
    {
        bool[] inTime = await Task.WhenAll(_loops.Select(loop => loop.ShutdownAsync(deadline))).ConfigureAwait(false);
        await Completion.ConfigureAwait(false);
        return inTime.All(static each => each);
    }

    /// <summary>Stops all loops and closes what is open on them. Disposing twice is fine.</summary>
    public void Dispose()
    {
        foreach (EventLoop loop in _loops)
            loop.Dispose();
    }
}
