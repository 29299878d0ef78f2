namespace Gabbro.Reactor.Tasks;

/// <summary>
/// A few threads for work that blocks (files, name resolution, compression), so that the loop never does. The number of
/// threads and the length of the queue are bounded: when both are used up, new work is refused instead of piling up.
/// </summary>
/// <remarks>Work may be handed in from any thread; its result is awaited like any other and resumes on the loop.</remarks>
public sealed class BlockingPool : IDisposable
{
    /// <summary>Idle threads end after this long; Tokio's value, long enough to bridge the gaps of a working day's load.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    private readonly EventLoop _loop;
    private readonly int _maxThreads;
    private readonly int _maxQueue;
    private readonly Queue<IBlockingWork> _queue = new();
    private int _threads;
    private int _idle;
    private int _busy;
    private bool _disposed;

    internal BlockingPool(EventLoop loop, int maxThreads, int maxQueue)
    {
        _loop = loop;
        _maxThreads = maxThreads;
        _maxQueue = maxQueue;
    }

    /// <summary>Work that waits for a thread.</summary>
    public int QueueLength
    {
        get
        {
            lock (_queue)
                return _queue.Count;
        }
    }

    /// <summary>Threads that exist now.</summary>
    public int Threads
    {
        get
        {
            lock (_queue)
                return _threads;
        }
    }

    /// <summary>Runs a function on a thread of the pool.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <param name="function">The function; it must not touch objects of the loop.</param>
    /// <param name="cancellationToken">Takes the work back while it waits; once it runs, it runs to its end.</param>
    /// <returns>The result, or the exception the function threw. An await on the loop resumes on the loop.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    /// <exception cref="InvalidOperationException">All threads are busy and the queue is full.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public Task<TResult> RunAsync<TResult>(Func<TResult> function, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        BlockingWork<TResult> work = new(function, cancellationToken);
        Enqueue(work);
        return work.Task;
    }

    /// <summary>Runs an action on a thread of the pool.</summary>
    /// <param name="action">The action; it must not touch objects of the loop.</param>
    /// <param name="cancellationToken">Takes the work back while it waits; once it runs, it runs to its end.</param>
    /// <returns>Completes when the action has run. An await on the loop resumes on the loop.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="action"/> is null.</exception>
    /// <exception cref="InvalidOperationException">All threads are busy and the queue is full.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public Task RunAsync(Action action, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return RunAsync(
            () =>
            {
                action();
                return true;
            },
            cancellationToken);
    }

    /// <summary>Refuses new work and cancels what waits. Work that runs is not waited for: its threads are background threads.</summary>
    public void Dispose()
    {
        IBlockingWork[] waiting;
        lock (_queue)
        {
            if (_disposed)
                return;
            _disposed = true;
            waiting = [.. _queue];
            _queue.Clear();
            Monitor.PulseAll(_queue);
        }

        foreach (IBlockingWork work in waiting)
            work.Cancel();
    }

    /// <summary>Hands in work that brings its own way back to the loop.</summary>
    /// <exception cref="InvalidOperationException">All threads are busy and the queue is full.</exception>
    internal void Enqueue(IBlockingWork work)
    {
        lock (_queue)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            bool needsThread = _idle <= _queue.Count && _threads < _maxThreads;
            if (!needsThread && _queue.Count >= _maxQueue + (_threads - _busy))
                throw new InvalidOperationException($"The blocking pool of the loop '{_loop.Name}' is full: {_threads} threads busy, {_queue.Count} calls waiting.");
            _queue.Enqueue(work);
            if (needsThread)
            {
                _threads++;
                new Thread(Work) { IsBackground = true, Name = $"Gabbro {_loop.Name} blocking" }.Start();
            }
            else
            {
                Monitor.Pulse(_queue);
            }
        }
    }

    private void Work()
    {
        while (true)
        {
            IBlockingWork work;
            lock (_queue)
            {
                while (_queue.Count == 0)
                {
                    _idle++;
                    bool pulsed = Monitor.Wait(_queue, KeepAlive);
                    _idle--;
                    if (_queue.Count == 0 && (!pulsed || _disposed))
                    {
                        _threads--;
                        return;
                    }
                }

                work = _queue.Dequeue();
                _busy++;
            }

            work.Execute();
            lock (_queue)
                _busy--;
        }
    }
}
