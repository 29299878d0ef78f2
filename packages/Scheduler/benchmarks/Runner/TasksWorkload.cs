namespace Gabbro.Scheduler.Benchmarks.Runner;

/// <summary>
/// A workload on the runtime's own pool. Its size cannot be set below the processor count from inside: start the process
/// with DOTNET_PROCESSOR_COUNT for fewer.
/// </summary>
internal abstract class TasksWorkload : Workload
{
    protected long Size { get; private set; }

    protected int Threads { get; private set; }

    public override void Prepare(int threads, long size)
    {
        Threads = threads;
        Size = size;
        ThreadPool.SetMinThreads(threads, 1);
        ThreadPool.SetMaxThreads(threads, 1);
    }

    /// <summary>From inside the pool, so that the caller does not add a thread to the count.</summary>
    protected static T RunOnTasks<T>(Func<T> function) => Task.Run(function).GetAwaiter().GetResult();
}
