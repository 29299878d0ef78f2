using Gabbro.Scheduler.Statistics;

namespace Gabbro.Scheduler;

/// <summary>What the pool has been doing.</summary>
public sealed partial class WorkPool
{
    /// <summary>The name from the options; also the meter's tag "gabbro.scheduler.pool".</summary>
    public string Name => _options.Name;

    /// <summary>Reads the counters. Also published by the <see cref="System.Diagnostics.Metrics.Meter"/> "Gabbro.Scheduler".</summary>
    /// <returns>A snapshot, taken without stopping anybody.</returns>
    public PoolStatistics GetStatistics()
    {
        var workers = new WorkerStatistics[StartedWorkers];
        for (var i = 0; i < workers.Length; i++)
        {
            var worker = Workers[i]!;
            ref var counters = ref worker.Counters;
            workers[i] = new WorkerStatistics(
                i,
                Volatile.Read(ref counters.Jobs),
                Volatile.Read(ref counters.Steals),
                Volatile.Read(ref counters.FailedSteals),
                Volatile.Read(ref counters.LostRaces),
                Volatile.Read(ref counters.Shares),
                Volatile.Read(ref counters.Parks),
                worker.Spawns.Count);
        }

        return new PoolStatistics(workers, Gate.WakeUps, Gate.Sleeping, Gate.Searching, Injector.Count);
    }
}
