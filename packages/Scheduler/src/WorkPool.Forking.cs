using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler;

/// <summary>Entering the pool, and fork-join.</summary>
public sealed partial class WorkPool
{
    /// <summary>Runs a job on a worker of this pool and returns its result.</summary>
    /// <typeparam name="TJob">Type of the job.</typeparam>
    /// <typeparam name="TResult">What it returns.</typeparam>
    /// <param name="job">Runs in place if the caller is a worker of this pool; otherwise the caller blocks meanwhile.</param>
    /// <returns>The job's result.</returns>
    /// <remarks>Allocates nothing after the first call of a thread with these types.</remarks>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public TResult Run<TJob, TResult>(in TJob job)
        where TJob : struct, IForkJob<TResult>
    {
        if (Worker.Current is { } worker && worker.Pool == this)
        {
            var copy = job;
            return copy.Run(new ForkContext(worker));
        }

        Admit();
        return RootJob<TJob, TResult>.Run(this, job);
    }

    /// <summary>Runs a job on a worker of this pool.</summary>
    /// <typeparam name="TJob">Type of the job.</typeparam>
    /// <param name="job">Runs in place if the caller is a worker of this pool; otherwise the caller blocks meanwhile.</param>
    /// <remarks>As the overload with a result.</remarks>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public void Run<TJob>(in TJob job)
        where TJob : struct, IForkAction =>
        Run<ForkActionJob<TJob>, Nothing>(new ForkActionJob<TJob>(job));

    /// <summary>Runs a delegate on a worker of this pool and returns its result.</summary>
    /// <typeparam name="TResult">What it returns.</typeparam>
    /// <param name="function">Runs in place if the caller is a worker of this pool; otherwise the caller blocks meanwhile.</param>
    /// <returns>The delegate's result.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public TResult Run<TResult>(Func<TResult> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run<FuncJob<TResult>, TResult>(new FuncJob<TResult>(function));
    }

    /// <summary>Runs a delegate on a worker of this pool.</summary>
    /// <param name="action">Runs in place if the caller is a worker of this pool; otherwise the caller blocks meanwhile.</param>
    /// <exception cref="ArgumentNullException"><paramref name="action"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public void Run(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Run<ActionBody, Nothing>(new ActionBody(action));
    }

    /// <summary>Runs both jobs, in parallel if a worker is free, and returns both results.</summary>
    /// <typeparam name="TA">Type of the first job.</typeparam>
    /// <typeparam name="TB">Type of the second job.</typeparam>
    /// <typeparam name="TResultA">What the first job returns.</typeparam>
    /// <typeparam name="TResultB">What the second job returns.</typeparam>
    /// <param name="a">Run at once, on the worker that forks.</param>
    /// <param name="b">Offered to other workers; run by the same one afterwards if nobody took it.</param>
    /// <param name="cancellationToken">Looked at before either job starts; a job that runs is not interrupted.</param>
    /// <returns>The results of both.</returns>
    /// <remarks>
    /// Both have ended when this returns or throws; the first job's exception comes first. Inside a job prefer
    /// <see cref="ForkContext.Join{TA, TB, TResultA, TResultB}"/>, which saves the look-up of the worker.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the start.</exception>
    public (TResultA A, TResultB B) Join<TA, TB, TResultA, TResultB>(
        in TA a, in TB b, CancellationToken cancellationToken = default)
        where TA : struct, IForkJob<TResultA>
        where TB : struct, IForkJob<TResultB>
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Worker.Current is { } worker && worker.Pool == this)
            return new ForkContext(worker).Join<TA, TB, TResultA, TResultB>(a, b);
        return Run<JoinJob<TA, TB, TResultA, TResultB>, (TResultA, TResultB)>(
            new JoinJob<TA, TB, TResultA, TResultB>(a, b));
    }

    /// <summary>Runs both delegates, in parallel if a worker is free, and returns both results.</summary>
    /// <typeparam name="TResultA">What the first returns.</typeparam>
    /// <typeparam name="TResultB">What the second returns.</typeparam>
    /// <param name="a">Run at once, on the worker that forks.</param>
    /// <param name="b">Offered to other workers; run by the same one afterwards if nobody took it.</param>
    /// <param name="cancellationToken">Looked at before either starts.</param>
    /// <returns>The results of both.</returns>
    /// <remarks>As the overload with struct jobs.</remarks>
    /// <exception cref="ArgumentNullException">A delegate is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the start.</exception>
    public (TResultA A, TResultB B) Join<TResultA, TResultB>(
        Func<TResultA> a, Func<TResultB> b, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return Join<FuncJob<TResultA>, FuncJob<TResultB>, TResultA, TResultB>(
            new FuncJob<TResultA>(a), new FuncJob<TResultB>(b), cancellationToken);
    }

    /// <summary>Runs both delegates, in parallel if a worker is free.</summary>
    /// <param name="a">Run at once, on the worker that forks.</param>
    /// <param name="b">Offered to other workers; run by the same one afterwards if nobody took it.</param>
    /// <param name="cancellationToken">Looked at before either starts.</param>
    /// <remarks>As the overload with struct jobs.</remarks>
    /// <exception cref="ArgumentNullException">A delegate is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the start.</exception>
    public void Join(Action a, Action b, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        Join<ActionBody, ActionBody, Nothing, Nothing>(new ActionBody(a), new ActionBody(b), cancellationToken);
    }

    /// <summary>
    /// Runs a delegate so that a worker waiting inside it runs nothing but descendants of what it waits for: a lock held
    /// across a fork inside the region is never met again by the same thread.
    /// </summary>
    /// <param name="action">The region.</param>
    /// <exception cref="ArgumentNullException"><paramref name="action"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public void Isolate(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Run<IsolatedJob<ActionBody, Nothing>, Nothing>(new IsolatedJob<ActionBody, Nothing>(new ActionBody(action)));
    }

    /// <summary>As <see cref="Isolate(Action)"/>, with a result.</summary>
    /// <typeparam name="TResult">What the region returns.</typeparam>
    /// <param name="function">The region.</param>
    /// <returns>The delegate's result.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public TResult Isolate<TResult>(Func<TResult> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run<IsolatedJob<FuncJob<TResult>, TResult>, TResult>(
            new IsolatedJob<FuncJob<TResult>, TResult>(new FuncJob<TResult>(function)));
    }

    /// <summary>Hands a delegate to the pool and returns at once.</summary>
    /// <param name="action">
    /// Run once, in no particular order. Its exception goes to <see cref="WorkPoolOptions.UnhandledException"/>. The
    /// <see cref="ExecutionContext"/> does not flow.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="action"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public void Post(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Admit();
        Submit(new PostedJob(this, action));
    }
}
