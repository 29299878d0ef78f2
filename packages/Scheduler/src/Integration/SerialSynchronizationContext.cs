using Gabbro.Scheduler.Collections;

namespace Gabbro.Scheduler.Integration;

/// <summary>Runs callbacks on a <see cref="WorkPool"/> one at a time, in the order they were posted.</summary>
/// <remarks>
/// No thread is reserved: while there are callbacks, one job of the pool runs them. The <see cref="ExecutionContext"/> flows.
/// </remarks>
public sealed class SerialSynchronizationContext : SynchronizationContext
{
    /// <summary>Callbacks run before the job gives way to other jobs of the pool.</summary>
    private const int Turn = 64;

    [ThreadStatic]
    private static SerialSynchronizationContext? t_running;

    private readonly WorkPool _pool;
    private readonly SegmentedQueue<Action> _callbacks = new();
    private int _count;

    /// <summary>A context on a pool.</summary>
    /// <param name="pool">The pool.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    public SerialSynchronizationContext(WorkPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        _pool = pool;
    }

    /// <summary>Queues the callback behind those posted before and returns.</summary>
    /// <param name="d">The callback; its exceptions go to <see cref="WorkPoolOptions.UnhandledException"/>.</param>
    /// <param name="state">Handed to it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="d"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public override void Post(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        var flow = ExecutionContext.Capture();
        Enqueue(() => ContextRunner.Run(this, flow, d, state));
    }

    /// <summary>Runs the callback in its turn and returns when it has ended; in place if the caller is a callback already.</summary>
    /// <param name="d">The callback.</param>
    /// <param name="state">Handed to it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="d"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public override void Send(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        if (t_running == this)
        {
            d(state);
            return;
        }

        var flow = ExecutionContext.Capture();
        var done = new TaskCompletionSource();
        Enqueue(() =>
        {
            try
            {
                ContextRunner.Run(this, flow, d, state);
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });

        // On a worker somebody else must be able to run the queue meanwhile.
        using (_pool.EnterBlocking())
            done.Task.GetAwaiter().GetResult();
    }

    /// <summary>Keeps the pool open until the matching <see cref="OperationCompleted"/>.</summary>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public override void OperationStarted() => _pool.Admit();

    /// <summary>Ends what <see cref="OperationStarted"/> began.</summary>
    public override void OperationCompleted() => _pool.Release();

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    private void Enqueue(Action callback)
    {
        _pool.Admit();
        _callbacks.Enqueue(callback);

        // Whoever raises the count from zero starts the one job; that job ends only when it has lowered it to zero.
        if (Interlocked.Increment(ref _count) == 1)
            _pool.Submit(new SerialJob(this));
    }

    internal void RunTurn()
    {
        var before = t_running;
        t_running = this;
        var ran = 0;
        do
        {
            if (!_callbacks.TryDequeue(out var callback))
                continue;
            try
            {
                callback();
            }
            catch (Exception exception)
            {
                _pool.ReportUnhandled(exception);
            }

            _pool.Release();
            ran++;
            if (Interlocked.Decrement(ref _count) == 0)
            {
                t_running = before;
                return;
            }
        }
        while (ran < Turn);
        t_running = before;
        _pool.Submit(new SerialJob(this));
    }
}
