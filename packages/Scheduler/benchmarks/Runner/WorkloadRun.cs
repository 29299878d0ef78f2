using System.Diagnostics;

namespace Gabbro.Scheduler.Benchmarks.Runner;

/// <summary>A workload with its inputs made.</summary>
internal sealed class WorkloadRun(Func<long> run, Action? before = null, Action? cleanUp = null, Func<double>? seconds = null)
    : IDisposable
{
    /// <summary>A run on a pool of this package.</summary>
    public static WorkloadRun OnPool(int threads, Func<WorkPool, Func<long>> create, Action? before = null)
    {
        var pool = new WorkPool(threads);
        return new WorkloadRun(create(pool), before, pool.Dispose);
    }

    /// <summary>
    /// A run on the runtime's own pool, from inside it, so that the caller does not add a thread. Its size cannot be set
    /// below the processor count from inside: start the process with DOTNET_PROCESSOR_COUNT for fewer.
    /// </summary>
    public static WorkloadRun OnTasks(int threads, Func<long> run, Action? before = null)
    {
        ThreadPool.SetMinThreads(threads, 1);
        ThreadPool.SetMaxThreads(threads, 1);
        return new WorkloadRun(() => Task.Run(run).GetAwaiter().GetResult(), before);
    }

    /// <summary>Runs once and returns the seconds and a value by which implementations can be compared.</summary>
    public (double Seconds, long Check) Once()
    {
        before?.Invoke();
        var started = Stopwatch.GetTimestamp();
        var check = run();
        return (seconds?.Invoke() ?? Stopwatch.GetElapsedTime(started).TotalSeconds, check);
    }

    public void Dispose() => cleanUp?.Invoke();
}
