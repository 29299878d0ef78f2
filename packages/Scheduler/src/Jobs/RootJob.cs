using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Jobs;

/// <summary>Work that a thread outside the pool hands in and blocks for. One per outside thread and type, used again.</summary>
internal sealed class RootJob<TJob, TResult> : Job
    where TJob : struct, IForkJob<TResult>
{
    private const int Running = 0;
    private const int CallerParked = 1;
    private const int Done = 2;

    /// <summary>
    /// Looks a tenth of a microsecond apart: an empty job on a worker that is awake is back in half a microsecond, and looks
    /// at doubling distances saw that on average half as late again.
    /// </summary>
    private const int QuickRounds = 16;

    /// <summary>Looks with growing pauses, 2.5 us in all: a worker that has to be woken takes longer.</summary>
    private const int SlowRounds = 3;

    [ThreadStatic]
    private static RootJob<TJob, TResult>? t_spare;

    private WorkPool? _pool;
    private TJob _body;
    private TResult _result = default!;
    private ExceptionDispatchInfo? _failure;
    private int _state;

    /// <summary>Admitted by the caller, released by the worker.</summary>
    public static TResult Run(WorkPool pool, in TJob body)
    {
        var job = t_spare ?? new RootJob<TJob, TResult>();
        t_spare = null;
        job._pool = pool;
        job._body = body;
        job._state = Running;
        pool.Inject(job);
        job.Await();
        var result = job._result;
        var failure = job._failure;
        job._failure = null;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TResult>())
            job._result = default!;
        t_spare = job;
        failure?.Throw();
        return result;
    }

    public override void Execute(Worker worker)
    {
        var pool = _pool!;
        try
        {
            _result = _body.Run(new ForkContext(worker));
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }

        if (RuntimeHelpers.IsReferenceOrContainsReferences<TJob>())
            _body = default;
        _pool = null;

        // After this exchange the caller may already be using the job for its next call.
        if (Interlocked.Exchange(ref _state, Done) == CallerParked)
            HardwareAtomics.WakeOne(ref _state);
        pool.Release();
    }

    private void Await()
    {
        for (var round = 0; round < QuickRounds + SlowRounds; round++)
        {
            if (Volatile.Read(ref _state) == Done)
                return;
            HardwareAtomics.Pause(round < QuickRounds ? 1 : round - QuickRounds + 2);
        }

        if (Interlocked.CompareExchange(ref _state, CallerParked, Running) == Done)
            return;
        while (Volatile.Read(ref _state) == CallerParked)
            HardwareAtomics.Wait(ref _state, CallerParked, Timeout.InfiniteTimeSpan);
    }
}
