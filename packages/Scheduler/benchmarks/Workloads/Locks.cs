using Gabbro.Scheduler.Benchmarks.Runner;
using Gabbro.Scheduler.Synchronization;

namespace Gabbro.Scheduler.Benchmarks.Workloads;

/// <summary>Entering and leaving a lock nobody else wants.</summary>
internal static class Locks
{
    public static IEnumerable<Workload> All { get; } =
    [
        new("lock", 20_000_000, (_, size) => new WorkloadRun(new MutexHolder(size).Run)),
        new("lock-monitor", 20_000_000, (_, size) => new WorkloadRun(new MonitorHolder(size).Run)),
        new("lock-lock", 20_000_000, (_, size) => new WorkloadRun(new LockHolder(size).Run)),
    ];

    private sealed class MutexHolder(long rounds)
    {
        private FutexMutex _mutex;
        private long _count;

        public long Run()
        {
            _count = 0;
            for (var i = 0L; i < rounds; i++)
            {
                _mutex.Enter();
                _count++;
                _mutex.Exit();
            }

            return _count;
        }
    }

    private sealed class MonitorHolder(long rounds)
    {
        private readonly object _lock = new();
        private long _count;

        public long Run()
        {
            _count = 0;
            for (var i = 0L; i < rounds; i++)
            {
                lock (_lock)
                    _count++;
            }

            return _count;
        }
    }

    private sealed class LockHolder(long rounds)
    {
        private readonly Lock _lock = new();
        private long _count;

        public long Run()
        {
            _count = 0;
            for (var i = 0L; i < rounds; i++)
            {
                lock (_lock)
                    _count++;
            }

            return _count;
        }
    }
}
