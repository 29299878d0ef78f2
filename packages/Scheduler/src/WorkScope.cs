using System.Runtime.ExceptionServices;

using Gabbro.Scheduler.Atomics;
using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler;

/// <summary>
/// Spawned jobs that all end before the call of <see cref="WorkPool.Scope(Action{WorkScope}, CancellationToken)"/> that
/// created the scope returns.
/// </summary>
/// <remarks>
/// Any thread may spawn while the scope is open: its body and its jobs, and threads these started. The first exception of
/// the body or a job surfaces from the call, with its stack, when everything has ended; a cancelled token keeps jobs that
/// have not begun from beginning.
/// </remarks>
public sealed class WorkScope
{
    private const int Open = 0;
    private const int OwnerParked = 1;
    private const int Done = 2;

    private readonly Worker? _owner;
    private readonly Action<WorkScope>? _completed;
    private ExceptionDispatchInfo? _failure;
    private int _state;

    /// <summary>Jobs not ended, one for the body, and places that workers hold in advance (see Worker.Credits.cs).</summary>
    private CacheLine.PaddedInt64 _pending;

    internal WorkScope(WorkPool pool, Worker? owner, Action<WorkScope>? completed, CancellationToken cancellationToken)
    {
        Pool = pool;
        _owner = owner;
        _completed = completed;
        CancellationToken = cancellationToken;
        IsIsolated = owner is { IsolationDepth: > 0 };
        _pending.Value = 1;
    }

    /// <summary>The pool the scope runs on.</summary>
    public WorkPool Pool { get; }

    /// <summary>The token the scope was opened with.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Jobs of the scope that have not ended, to within 64 per worker.</summary>
    public long PendingJobs => Math.Max(0, Volatile.Read(ref _pending.Value) - 1);

    /// <summary>
    /// Opened inside an isolated region: whoever runs a job of it waits isolated as well. Otherwise a thief could, while it
    /// waits inside such a job, begin an unrelated one that wants the lock the region was opened under, and never come back.
    /// </summary>
    internal bool IsIsolated { get; }

    internal bool IsDone => Volatile.Read(ref _state) == Done;

    internal ExceptionDispatchInfo? Failure => _failure;

    /// <summary>Spawns a job; the last spawned runs first on the spawning worker, thieves take the oldest.</summary>
    /// <param name="action">The job. The <see cref="ExecutionContext"/> does not flow.</param>
    /// <exception cref="ArgumentNullException"><paramref name="action"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The scope has ended.</exception>
    public void Spawn(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Spawn(new SpawnedAction(action));
    }

    /// <summary>Spawns a struct job; the last spawned runs first on the spawning worker, thieves take the oldest.</summary>
    /// <typeparam name="TJob">Type of the job.</typeparam>
    /// <param name="job">Copied.</param>
    /// <exception cref="InvalidOperationException">The scope has ended.</exception>
    /// <remarks>
    /// Allocates nothing once as many jobs of this type have been pending as are now; a full collection frees spare ones but
    /// for about five hundred per thread.
    /// </remarks>
    public void Spawn<TJob>(in TJob job)
        where TJob : struct, IForkAction
    {
        var worker = Worker.Current;
        Enter(worker);
        Pool.Submit(ScopeJob<TJob>.Take(this, job), worker);
    }

    /// <summary>
    /// Spawns a job that runs in the order of spawning: of the jobs one worker spawned this way, the oldest is begun first.
    /// </summary>
    /// <param name="action">The job. The <see cref="ExecutionContext"/> does not flow.</param>
    /// <exception cref="ArgumentNullException"><paramref name="action"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The scope has ended.</exception>
    public void SpawnFifo(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        SpawnFifo(new SpawnedAction(action));
    }

    /// <summary>As <see cref="SpawnFifo(Action)"/> for a struct job.</summary>
    /// <typeparam name="TJob">Type of the job.</typeparam>
    /// <param name="job">Copied.</param>
    /// <exception cref="InvalidOperationException">The scope has ended.</exception>
    public void SpawnFifo<TJob>(in TJob job)
        where TJob : struct, IForkAction
    {
        Enter(Worker.Current);
        Pool.SubmitFifo(ScopeJob<TJob>.Take(this, job));
    }

    /// <summary>Spawns a job that only one worker may run.</summary>
    internal void SpawnOn(Worker worker, Mail mail)
    {
        Enter(Worker.Current);
        worker.Send(mail);
    }

    internal void Fail(Exception exception)
    {
        if (Volatile.Read(ref _failure) is null)
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
    }

    /// <summary>A job, or the body, has ended. The scope must not be touched afterwards by the caller.</summary>
    internal void Leave(Worker? worker)
    {
        if (worker is not null)
            worker.Credit(this);
        else
            Settle(1);
    }

    /// <summary>Gives up places in the count that no job takes any more; the last one ends the scope.</summary>
    internal void Settle(int places)
    {
        if (Interlocked.Add(ref _pending.Value, -places) != 0)
            return;
        if (_completed is not null)
            _completed(this);
        else if (Interlocked.Exchange(ref _state, Done) == OwnerParked)
            HardwareAtomics.WakeOne(ref _state);
        else
            _owner!.Pool.Gate.WakeWorker(_owner.Index);
    }

    /// <summary>The owner runs jobs until the last one has ended, then surfaces what there is.</summary>
    /// <param name="spawnsBefore">What the owner's spawn deque held when the scope began.</param>
    internal void AwaitJobs(long spawnsBefore)
    {
        var worker = _owner!;
        while (!IsDone)
        {
            if (worker.MayNest())
            {
                worker.WaitFor(new ScopeDone(this));
            }
            else if (!worker.TryRunSpawnedSince(spawnsBefore))
            {
                // The jobs left are with other workers or below what this wait may run. A stand-in runs the latter, so
                // isolated waits cannot block each other for good.
                using (Pool.EnterBlocking())
                    worker.ParkFor(ref _state, Open, OwnerParked);
            }
        }
    }

    private void Enter(Worker? worker)
    {
        if (worker is not null && ReferenceEquals(worker.ActiveScope, this))
        {
            if (worker.TryTakeCredit(this))
                return;
            Reserve(Worker.CreditBatch);
            worker.TakeCredits(this, Worker.CreditBatch - 1);
        }
        else
        {
            Reserve(1);
        }
    }

    private void Reserve(int places)
    {
        if (Interlocked.Add(ref _pending.Value, places) <= places)
        {
            Interlocked.Add(ref _pending.Value, -places);
            throw new InvalidOperationException("The scope has ended.");
        }
    }
}
