using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler;

/// <summary>
/// The worker that runs the current job: handed to every struct job so that it forks without looking its worker up.
/// </summary>
/// <remarks>
/// Valid only on the thread and during the call it was handed to. The default value belongs to no worker; its members
/// throw <see cref="NullReferenceException"/>.
/// </remarks>
public readonly struct ForkContext
{
    internal readonly Worker Worker;

    internal ForkContext(Worker worker) => Worker = worker;

    /// <summary>The context of the calling thread.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is not a worker of any pool.</exception>
    public static ForkContext Current =>
        new(Worker.Current ?? throw new InvalidOperationException("The calling thread is not a worker of a pool."));

    /// <summary>The pool the worker belongs to.</summary>
    public WorkPool Pool => Worker.Pool;

    /// <summary>The worker's number, from 0 to <see cref="WorkPool.MaxWorkers"/> - 1.</summary>
    public int WorkerIndex => Worker.Index;

    /// <summary>
    /// True when another worker asked for work: a long loop that looks here between chunks and then forks off what it has
    /// left shares exactly when it pays. One load of a word that is rarely written.
    /// </summary>
    public bool IsWorkWanted => Worker.Forks.IsShareWanted;

    /// <summary>Runs both jobs, the second on another worker if one is free, and returns both results.</summary>
    /// <typeparam name="TA">Type of the first job.</typeparam>
    /// <typeparam name="TB">Type of the second job.</typeparam>
    /// <typeparam name="TResultA">What the first job returns.</typeparam>
    /// <typeparam name="TResultB">What the second job returns.</typeparam>
    /// <param name="a">Run at once, on this worker.</param>
    /// <param name="b">Offered to other workers; run here afterwards if nobody took it.</param>
    /// <returns>The results of both.</returns>
    /// <remarks>
    /// Both jobs have ended when this returns or throws. If the first threw, its exception surfaces with its stack and one
    /// of the second is dropped; otherwise the second's surfaces. Allocates nothing once the depth and the types have been
    /// seen; about 5 ns when nobody steals. Past 8,192 pending forks of one worker the rest runs without being offered.
    /// A waiting worker runs other jobs of the pool unless the pool or the region is isolated, so do not fork while
    /// holding a lock that another job takes; see <see cref="WorkPool.Isolate(Action)"/>.
    /// </remarks>
    public (TResultA A, TResultB B) Join<TA, TB, TResultA, TResultB>(in TA a, in TB b)
        where TA : struct, IForkJob<TResultA>
        where TB : struct, IForkJob<TResultB>
    {
        var worker = Worker;
        var slots = worker.Slots;
        var slot = worker.Forks.Head;
        if ((uint)slot >= (uint)slots.Length)
            return worker.JoinSerially<TA, TB, TResultA, TResultB>(a, b);

        if (slots[slot].Job is not ForkedJob<TB, TResultB> job)
            job = worker.Install<TB, TResultB>(slot);
        job.Body = b;
        worker.Forks.Head = slot + 1;
        if (slot < worker.Forks.ShareBelow)
            worker.ShareForks();

        TResultA resultA;
        try
        {
            resultA = a.Run(this);
        }
        catch
        {
            worker.FinishAfterFailure<TB, TResultB>(job, slot);
            throw;
        }

        worker.Forks.Head = slot;
        if (slot >= worker.Forks.Split || worker.Forks.TryReclaim(slot))
        {
            if (RuntimeHelpers.IsReferenceOrContainsReferences<TB>())
                job.Body = default;
            return (resultA, b.Run(this));
        }

        return (resultA, worker.AwaitStolen<TB, TResultB>(job, slot));
    }

    /// <summary>Runs both jobs, the second on another worker if one is free.</summary>
    /// <typeparam name="TA">Type of the first job.</typeparam>
    /// <typeparam name="TB">Type of the second job.</typeparam>
    /// <param name="a">Run at once, on this worker.</param>
    /// <param name="b">Offered to other workers; run here afterwards if nobody took it.</param>
    /// <remarks>As the overload with results.</remarks>
    public void Join<TA, TB>(in TA a, in TB b)
        where TA : struct, IForkAction
        where TB : struct, IForkAction =>
        Join<ForkActionJob<TA>, ForkActionJob<TB>, Nothing, Nothing>(new ForkActionJob<TA>(a), new ForkActionJob<TB>(b));

    /// <summary>Runs both delegates, the second on another worker if one is free, and returns both results.</summary>
    /// <typeparam name="TResultA">What the first returns.</typeparam>
    /// <typeparam name="TResultB">What the second returns.</typeparam>
    /// <param name="a">Run at once, on this worker.</param>
    /// <param name="b">Offered to other workers; run here afterwards if nobody took it.</param>
    /// <returns>The results of both.</returns>
    /// <remarks>As the overload with struct jobs; allocates only what the delegates cost the caller.</remarks>
    /// <exception cref="ArgumentNullException">A delegate is null.</exception>
    public (TResultA A, TResultB B) Join<TResultA, TResultB>(Func<TResultA> a, Func<TResultB> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return Join<FuncJob<TResultA>, FuncJob<TResultB>, TResultA, TResultB>(
            new FuncJob<TResultA>(a), new FuncJob<TResultB>(b));
    }
}
