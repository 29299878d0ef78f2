using Gabbro.Scheduler.Integration;

namespace Gabbro.Scheduler;

/// <summary>Tasks and contexts on the pool.</summary>
public sealed partial class WorkPool
{
    private PoolTaskScheduler? _taskScheduler;

    /// <summary>A task scheduler on this pool, always the same one.</summary>
    public PoolTaskScheduler TaskScheduler
    {
        get
        {
            if (_taskScheduler is null)
                Interlocked.CompareExchange(ref _taskScheduler, new PoolTaskScheduler(this), null);
            return _taskScheduler;
        }
    }

    /// <summary>Runs a body that may spawn jobs, without blocking the caller.</summary>
    /// <param name="body">Runs on a worker of this pool. The <see cref="ExecutionContext"/> does not flow.</param>
    /// <param name="cancellationToken">Cancelled: the body or jobs not begun are skipped.</param>
    /// <returns>
    /// Completes when the body and all its jobs have ended; await it once. Fails with the first exception, or as cancelled.
    /// Continuations run on the awaiter's context or scheduler.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public ValueTask ScopeAsync(Action<WorkScope> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        Admit();
        var completion = new ScopeCompletion(this, body, cancellationToken);
        var task = completion.Task;
        Submit(completion);
        return task;
    }

    /// <summary>Starts an asynchronous function on this pool; what follows each await in it runs on the pool too.</summary>
    /// <param name="function">The function.</param>
    /// <param name="cancellationToken">Cancelled before the start: it does not start.</param>
    /// <returns>Completes with the function.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    public Task RunAsync(Func<Task> function, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Task.Factory.StartNew(function, cancellationToken, TaskCreationOptions.DenyChildAttach, TaskScheduler).Unwrap();
    }

    /// <summary>Starts an asynchronous function on this pool; what follows each await in it runs on the pool too.</summary>
    /// <typeparam name="TResult">What it returns.</typeparam>
    /// <param name="function">The function.</param>
    /// <param name="cancellationToken">Cancelled before the start: it does not start.</param>
    /// <returns>Completes with the function's result.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    public Task<TResult> RunAsync<TResult>(Func<Task<TResult>> function, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Task.Factory.StartNew(function, cancellationToken, TaskCreationOptions.DenyChildAttach, TaskScheduler).Unwrap();
    }
}
