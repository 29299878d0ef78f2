using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler;

/// <summary>Scopes of spawned jobs, jobs for every worker, and blocking sections.</summary>
public sealed partial class WorkPool
{
    /// <summary>Runs a body that may spawn jobs, and returns when the body and all its jobs have ended.</summary>
    /// <param name="body">Runs on a worker of this pool, in place if the caller is one.</param>
    /// <param name="cancellationToken">Cancelled: jobs not begun are skipped.</param>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled and nothing else failed.</exception>
    public void Scope(Action<WorkScope> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        Run<ScopeBody<ScopeAction, Nothing>, Nothing>(
            new ScopeBody<ScopeAction, Nothing>(new ScopeAction(body), cancellationToken));
    }

    /// <summary>As the overload without a result.</summary>
    /// <typeparam name="TResult">What the body returns.</typeparam>
    /// <param name="body">Runs on a worker of this pool, in place if the caller is one.</param>
    /// <param name="cancellationToken">Cancelled: jobs not begun are skipped.</param>
    /// <returns>The body's result, once all jobs have ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled and nothing else failed.</exception>
    public TResult Scope<TResult>(Func<WorkScope, TResult> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Run<ScopeBody<ScopeFunction<TResult>, TResult>, TResult>(
            new ScopeBody<ScopeFunction<TResult>, TResult>(new ScopeFunction<TResult>(body), cancellationToken));
    }

    internal void SubmitFifo(Job job)
    {
        if (Worker.Current is { } worker && worker.Pool == this)
        {
            worker.FifoTicket.Add(job);
            worker.Spawns.Push(worker.FifoTicket);
            Gate.NotifyAfterStore();
        }
        else
        {
            Inject(job);
        }
    }
}
