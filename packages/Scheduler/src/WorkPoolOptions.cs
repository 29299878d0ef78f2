namespace Gabbro.Scheduler;

/// <summary>How a <see cref="WorkPool"/> is built. Read once by its constructor.</summary>
public sealed class WorkPoolOptions
{
    /// <summary>
    /// Number of workers that run jobs at the same time, 1 to 1024. The default, 0, takes the processors this process may
    /// use: its affinity mask and its container's quota, rounded up.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>First part of the threads' names; the worker's number follows. Default "gabbro".</summary>
    public string Name { get; init; } = "gabbro";

    /// <summary>Bytes of stack per worker, at least 128 KiB. Default 2 MiB.</summary>
    public int StackSize { get; init; } = 2 << 20;

    /// <summary>What a worker does while it waits for a fork. Default <see cref="WaitPolicy.Steal"/>.</summary>
    public WaitPolicy WaitPolicy { get; init; }

    /// <summary>Whether running workers keep the process alive. Default true: they do not.</summary>
    public bool IsBackground { get; init; } = true;

    /// <summary>
    /// Processors to pin workers to: worker i runs on processor <c>Processors[i % Processors.Count]</c> only. Default
    /// null: the system places them, as it does where affinity cannot be set or a processor is not allowed.
    /// </summary>
    public IReadOnlyList<int>? Processors { get; init; }

    /// <summary>Extra workers that may stand in for blocked ones (see <see cref="WorkPool.EnterBlocking"/>). Default 64.</summary>
    public int MaxBlockedThreads { get; init; } = 64;

    /// <summary>Called on each worker thread before its first job, with the worker's number.</summary>
    public Action<int>? ThreadStarted { get; init; }

    /// <summary>Called on each worker thread after its last job, with the worker's number.</summary>
    public Action<int>? ThreadStopping { get; init; }

    /// <summary>
    /// Receives exceptions that no caller waits for (of posted jobs and of the two handlers above). Default null: such an
    /// exception ends the process, as on any thread. Must not throw.
    /// </summary>
    public Action<Exception>? UnhandledException { get; init; }
}
