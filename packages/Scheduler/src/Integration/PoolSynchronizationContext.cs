namespace Gabbro.Scheduler.Integration;

/// <summary>Posts callbacks to a <see cref="WorkPool"/>, in any order and side by side.</summary>
/// <remarks>The <see cref="ExecutionContext"/> flows. Use <see cref="SerialSynchronizationContext"/> for one at a time.</remarks>
public sealed class PoolSynchronizationContext : SynchronizationContext
{
    private readonly WorkPool _pool;

    /// <summary>A context on a pool.</summary>
    /// <param name="pool">The pool.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    public PoolSynchronizationContext(WorkPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        _pool = pool;
    }

    /// <summary>Queues the callback and returns.</summary>
    /// <param name="d">The callback; its exceptions go to <see cref="WorkPoolOptions.UnhandledException"/>.</param>
    /// <param name="state">Handed to it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="d"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public override void Post(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        var context = ExecutionContext.Capture();
        _pool.Post(() => ContextRunner.Run(this, context, d, state));
    }

    /// <summary>Runs the callback on a worker and returns when it has ended; in place on a worker of the pool.</summary>
    /// <param name="d">The callback.</param>
    /// <param name="state">Handed to it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="d"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public override void Send(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        var context = ExecutionContext.Capture();
        _pool.Run(() => ContextRunner.Run(this, context, d, state));
    }

    /// <summary>Keeps the pool open until the matching <see cref="OperationCompleted"/>.</summary>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public override void OperationStarted() => _pool.Admit();

    /// <summary>Ends what <see cref="OperationStarted"/> began.</summary>
    public override void OperationCompleted() => _pool.Release();

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;
}
