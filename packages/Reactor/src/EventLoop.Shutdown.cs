using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor;

public sealed partial class EventLoop
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Func<CancellationToken, ValueTask>> _drains = [];
    private readonly Dictionary<int, SpawnedTask> _spawned = [];
    private BlockingPool? _blocking;
    private int _nextSpawned;

    /// <summary>Canceled when <see cref="ShutdownAsync"/> begins: loops that wait for new work end theirs then.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Threads for work that blocks; its results come back to the loop. Made when first used.</summary>
    public BlockingPool Blocking => _blocking ??= new BlockingPool(this, Options.BlockingThreads, Options.BlockingQueueLength);

    /// <summary>Tasks started by <see cref="Spawn"/> that have not ended: for finding out what is stuck.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public IReadOnlyCollection<SpawnedTask> SpawnedTasks
    {
        get
        {
            VerifyAccess();
            return [.. _spawned.Values];
        }
    }

    /// <summary>
    /// Starts an async method that nobody awaits. Its exception goes to <see cref="UnhandledException"/>,
    /// <see cref="ShutdownAsync"/> waits for it, and <see cref="SpawnedTasks"/> lists it.
    /// </summary>
    /// <param name="task">The method; it starts at once.</param>
    /// <param name="name">A name to list it under.</param>
    /// <exception cref="ArgumentNullException"><paramref name="task"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Spawn(Func<Task> task, string name = "task")
    {
        ArgumentNullException.ThrowIfNull(task);
        VerifyAccess();
        int id = _nextSpawned++;
        Task running = task();
        if (running.IsCompletedSuccessfully)
            return;
        _spawned.Add(id, new SpawnedTask(name, running, Now));
        _ = ObserveAsync(id, running);
    }

    /// <summary>Adds something to end in good order before the loop does, such as a server that lets its requests finish.</summary>
    /// <param name="drain">Called on the loop when <see cref="ShutdownAsync"/> begins; its token is canceled at the deadline.</param>
    /// <returns>Takes the addition back when disposed.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="drain"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public IDisposable OnShutdown(Func<CancellationToken, ValueTask> drain)
    {
        ArgumentNullException.ThrowIfNull(drain);
        VerifyAccess();
        _drains.Add(drain);
        return new DrainRegistration(this, drain);
    }

    /// <summary>
    /// Ends the loop in good order: <see cref="Stopping"/> is canceled, everything added by <see cref="OnShutdown"/> and
    /// <see cref="Spawn"/> may finish until the deadline, and the loop stops. Any thread.
    /// </summary>
    /// <param name="deadline">How long the end may take.</param>
    /// <returns>True when all finished in time.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deadline"/> is negative.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public Task<bool> ShutdownAsync(TimeSpan deadline)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(deadline, TimeSpan.Zero);
        return InvokeAsync(async () =>
        {
            bool inTime = await DrainAsync(deadline);
            Stop();
            return inTime;
        });
    }

    private async Task<bool> DrainAsync(TimeSpan deadline)
    {
        using CancellationTokenSource late = new(deadline, TimeProvider);
        await _stopping.CancelAsync();
        List<Task> pending = [];
        foreach (Func<CancellationToken, ValueTask> drain in _drains.ToArray())
            pending.Add(drain(late.Token).AsTask());
        foreach (SpawnedTask spawned in _spawned.Values)
            pending.Add(spawned.Task);
        Task all = Task.WhenAll(pending);
        await Task.WhenAny(all, Task.Delay(Timeout.InfiniteTimeSpan, late.Token));
        return all.IsCompleted && !late.IsCancellationRequested;
    }

    private async Task ObserveAsync(int id, Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException) when (task.IsCanceled)
        {
            // The end of a task that was told to end.
        }
        catch (Exception exception)
        {
            Report(exception);
        }
        finally
        {
            _spawned.Remove(id);
        }
    }

    private sealed class DrainRegistration(EventLoop loop, Func<CancellationToken, ValueTask> drain) : IDisposable
    {
        public void Dispose() => loop._drains.Remove(drain);
    }
}
