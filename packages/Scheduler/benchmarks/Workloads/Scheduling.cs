using System.Diagnostics;

using Gabbro.Scheduler.Benchmarks.Runner;

namespace Gabbro.Scheduler.Benchmarks.Workloads;

/// <summary>Spawning, waking, and what a nearly idle pool costs.</summary>
internal static class Scheduling
{
    public static IEnumerable<Workload> All { get; } =
    [
        new("spawn", 1_000_000, (threads, size) => WorkloadRun.OnPool(threads, pool => () =>
        {
            pool.Scope(scope =>
            {
                for (var i = 0L; i < size; i++)
                    scope.Spawn(default(Empty));
            });
            return size;
        })),
        new("spawn-tasks", 1_000_000, (threads, size) => WorkloadRun.OnTasks(threads, () =>
        {
            var tasks = new Task[size];
            for (var i = 0; i < tasks.Length; i++)
                tasks[i] = Task.Run(static () => { });
            Task.WaitAll(tasks);
            return size;
        })),
        new("wake", 2_000, (threads, size) => WorkloadRun.OnPool(threads, pool => () =>
        {
            for (var i = 0L; i < size; i++)
                pool.Run(static () => { });
            return size;
        })),
        new("wake-tasks", 2_000, (threads, size) =>
        {
            ThreadPool.SetMinThreads(threads, 1);
            return new WorkloadRun(() =>
            {
                for (var i = 0L; i < size; i++)
                    Task.Run(static () => { }).Wait();
                return size;
            });
        }),
        new("idlecpu", 1_000, (threads, size) =>
        {
            var pool = new WorkPool(threads);
            return Trickle(size, action => pool.Post(action), pool.Dispose);
        }),
        new("idlecpu-tasks", 1_000, (threads, size) =>
        {
            ThreadPool.SetMinThreads(threads, 1);
            ThreadPool.SetMaxThreads(threads, 1);
            return Trickle(size, action => ThreadPool.UnsafeQueueUserWorkItem(static a => a(), action, preferLocal: false), null);
        }),
    ];

    /// <summary>One empty job per millisecond; the measure is the process's processor time, less that of the same loop without jobs.</summary>
    private static WorkloadRun Trickle(long count, Action<Action> post, Action? cleanUp)
    {
        var cpu = 0.0;
        var done = 0;
        return new WorkloadRun(
            () =>
            {
                done = 0;
                var idle = Cpu(() => Loop(_ => { }));
                cpu = Math.Max(0, Cpu(() => Loop(post)) - idle);
                while (Volatile.Read(ref done) < count)
                    Thread.Yield();
                return count;
            },
            null,
            cleanUp,
            () => cpu);

        void Loop(Action<Action> send)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                while (Stopwatch.GetElapsedTime(started).TotalMilliseconds < i)
                    Thread.Sleep(1);
                send(() => Interlocked.Increment(ref done));
            }
        }

        static double Cpu(Action action)
        {
            using var process = Process.GetCurrentProcess();
            var before = process.TotalProcessorTime;
            action();
            process.Refresh();
            return (process.TotalProcessorTime - before).TotalSeconds;
        }
    }

    private readonly struct Empty : IForkAction
    {
        public void Run(ForkContext context)
        {
        }
    }
}
