using Gabbro.Platform.Threading;
using Gabbro.Scheduler.Atomics;
using Gabbro.Scheduler.Collections;
using Gabbro.Scheduler.Jobs;
using Gabbro.Scheduler.Sleeping;
using Gabbro.Scheduler.Statistics;

namespace Gabbro.Scheduler;

/// <summary>
/// A pool of threads that share work by stealing: fork and join with results, scopes of spawned jobs, parallel loops.
/// </summary>
/// <remarks>
/// <para>All members may be called from any thread. A call from outside moves to a worker and blocks its caller until the
/// work is done; a call from one of the pool's own workers forks from there. An idle pool blocks all its threads in the
/// kernel and wakes one at a time as work appears.</para>
/// <para>After R. Blumofe and C. Leiserson, "Scheduling Multithreaded Computations by Work Stealing" (1999); the deques are
/// those of Lace (2014) and of Chase and Lev (2005).</para>
/// </remarks>
public sealed partial class WorkPool : IDisposable
{
    /// <summary>Top bit of <see cref="_outstanding"/>: no more work from outside.</summary>
    private const long Closed = long.MinValue;

    private static readonly Lazy<WorkPool> s_shared = new(() => new WorkPool());

    internal readonly Worker?[] Workers;
    internal readonly SleepGate<HardwareAtomics> Gate;
    internal readonly SegmentedQueue<Job> Injector = new();
    internal readonly int SearchLimit;
    internal readonly bool MayNest;
    internal readonly int StackSize;

    private readonly WorkPoolOptions _options;
    private int _started;

    /// <summary>Jobs handed in and not ended; the top bit closes the pool.</summary>
    private CacheLine.PaddedInt64 _outstanding;

    /// <summary>Starts a pool with one worker per processor this process may use.</summary>
    public WorkPool()
        : this(new WorkPoolOptions())
    {
    }

    /// <summary>Starts a pool with this many workers.</summary>
    /// <param name="threads">1 to 1024.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is outside its range.</exception>
    public WorkPool(int threads)
        : this(new WorkPoolOptions { Threads = CheckThreads(threads) })
    {
    }

    /// <summary>Starts a pool.</summary>
    /// <param name="options">How; read now, later changes have no effect.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number in the options is outside its range.</exception>
    public WorkPool(WorkPoolOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Name);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.StackSize, 128 << 10);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxBlockedThreads);
        ThreadCount = options.Threads == 0 ? Math.Min(Environment.ProcessorCount, 1024) : CheckThreads(options.Threads);
        _options = options;
        StackSize = options.StackSize;
        MayNest = options.WaitPolicy == WaitPolicy.Steal;
        SearchLimit = Math.Max(1, ThreadCount / 2);
        Workers = new Worker?[ThreadCount + options.MaxBlockedThreads];
        Gate = new SleepGate<HardwareAtomics>(Workers.Length);
        for (var i = 0; i < ThreadCount; i++)
            Workers[i] = CreateWorker(i);
        _started = ThreadCount;
        for (var i = 0; i < ThreadCount; i++)
            Workers[i]!.Start();
        SchedulerMeter.Add(this);
    }

    /// <summary>
    /// A pool for everybody, started at first use, with one worker per processor. It is never disposed; disposing it
    /// throws.
    /// </summary>
    public static WorkPool Shared => s_shared.Value;

    /// <summary>The pool whose worker the calling thread is, or null.</summary>
    public static WorkPool? Current => Worker.Current?.Pool;

    /// <summary>Workers that run jobs at the same time.</summary>
    public int ThreadCount { get; }

    /// <summary>Upper bound of worker numbers: <see cref="ThreadCount"/> and the stand-ins for blocked workers.</summary>
    public int MaxWorkers => Workers.Length;

    /// <summary>True when the calling thread is a worker of this pool.</summary>
    public bool IsWorkerThread => Worker.Current is { } worker && worker.Pool == this;

    internal int StartedWorkers => Volatile.Read(ref _started);

    internal bool IsDrained => Volatile.Read(ref _outstanding.Value) == Closed;

    /// <summary>
    /// Closes the pool to work from outside, lets everything already posted run to its end, and waits for the threads.
    /// </summary>
    /// <remarks>
    /// Called from one of the pool's own workers it only closes the pool; the threads end after the caller's job. A second
    /// call waits like the first. Jobs still running may fork, spawn and post until they end.
    /// </remarks>
    /// <exception cref="InvalidOperationException">This is <see cref="Shared"/>.</exception>
    public void Dispose()
    {
        if (s_shared.IsValueCreated && ReferenceEquals(this, s_shared.Value))
            throw new InvalidOperationException("The shared pool belongs to everybody and cannot be disposed.");
        if ((Interlocked.Or(ref _outstanding.Value, Closed) & ~Closed) == 0)
            LetWorkersEnd();
        if (IsWorkerThread)
            return;
        for (var i = 0; i < StartedWorkers; i++)
            Workers[i]!.JoinThread();
        SchedulerMeter.Remove(this);
    }

    internal void OnWorkerStart(Worker worker)
    {
        // A processor that does not exist or is not allowed leaves the thread where the system puts it, as documented.
        if (_options.Processors is { Count: > 0 } processors)
            ThreadAffinity.TrySet(new CpuSet(processors[worker.Index % processors.Count]));
        CallHandler(_options.ThreadStarted, worker);
    }

    internal void OnWorkerStop(Worker worker) => CallHandler(_options.ThreadStopping, worker);

    /// <summary>One more job that Dispose waits for.</summary>
    /// <exception cref="ObjectDisposedException">The pool is closed and the caller is not one of its workers.</exception>
    internal void Admit()
    {
        // A worker's own job keeps the pool open for what it posts.
        if (Interlocked.Increment(ref _outstanding.Value) < 0 && !IsWorkerThread)
        {
            Release();
            throw new ObjectDisposedException(nameof(WorkPool));
        }
    }

    /// <summary>A job that was admitted has ended.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _outstanding.Value) == Closed)
            LetWorkersEnd();
    }

    internal void Inject(Job job)
    {
        Injector.Enqueue(job);
        Interlocked.MemoryBarrier();
        Gate.Notify();
    }

    /// <summary>Runs the job on the worker that posts it or, from outside, on the next free one.</summary>
    internal void Submit(Job job) => Submit(job, Worker.Current);

    /// <summary>As the other, for a caller that knows on which worker of whichever pool it is.</summary>
    internal void Submit(Job job, Worker? current)
    {
        if (current is { } worker && worker.Pool == this)
        {
            worker.Spawns.Push(job);
            Gate.NotifyAfterStore();
        }
        else
        {
            Inject(job);
        }
    }

    internal void ReportUnhandled(Exception exception)
    {
        if (_options.UnhandledException is not { } handler)
            Environment.FailFast("A posted job or a thread handler of a WorkPool threw and no handler for that is set.", exception);
        else
            handler(exception);
    }

    /// <summary>Whether a thief would find anything; part of the hand-over of the last searcher.</summary>
    internal bool IsWorkVisible()
    {
        if (!Injector.IsEmpty)
            return true;
        for (var i = 0; i < StartedWorkers; i++)
        {
            var worker = Workers[i]!;
            if (worker.Forks.SharedCount > 0 || worker.Spawns.Count > 0)
                return true;
        }

        return false;
    }

    private Worker CreateWorker(int index) =>
        new(this, index, $"{_options.Name} {index}", _options.StackSize, _options.IsBackground);

    private void CallHandler(Action<int>? handler, Worker worker)
    {
        try
        {
            handler?.Invoke(worker.Index);
        }
        catch (Exception exception)
        {
            ReportUnhandled(exception);
        }
    }

    private void LetWorkersEnd()
    {
        Gate.WakeAll();
        ClearBench();
    }

    private static int CheckThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        return threads;
    }
}
