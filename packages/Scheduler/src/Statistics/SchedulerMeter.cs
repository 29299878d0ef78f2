using System.Diagnostics.Metrics;

namespace Gabbro.Scheduler.Statistics;

/// <summary>
/// The meter "Gabbro.Scheduler": sums over all pools alive, read when somebody asks. Workers count in plain fields of their
/// own whether anybody listens or not.
/// </summary>
internal static class SchedulerMeter
{
    private static readonly Lock s_lock = new();
    private static readonly List<WeakReference<WorkPool>> s_pools = [];
    private static readonly Meter s_meter = CreateMeter();

    public static void Add(WorkPool pool)
    {
        lock (s_lock)
        {
            s_pools.RemoveAll(p => !p.TryGetTarget(out _));
            s_pools.Add(new WeakReference<WorkPool>(pool));
        }
    }

    public static void Remove(WorkPool pool)
    {
        lock (s_lock)
            s_pools.RemoveAll(p => !p.TryGetTarget(out var other) || ReferenceEquals(other, pool));
    }

    private static Meter CreateMeter()
    {
        var meter = new Meter("Gabbro.Scheduler");
        Counter("gabbro.scheduler.jobs", "{job}", "Jobs run.", s => s.Jobs);
        Counter("gabbro.scheduler.steals", "{steal}", "Jobs or batches taken from another worker.", s => s.Steals);
        Counter(
            "gabbro.scheduler.steal_failures",
            "{sweep}",
            "Rounds over all workers that found nothing.",
            s => s.Workers.Sum(w => w.FailedSteals));
        Counter(
            "gabbro.scheduler.cas_retries", "{retry}", "Steals lost to another thread.", s => s.Workers.Sum(w => w.LostRaces));
        Counter("gabbro.scheduler.parks", "{park}", "Times a worker went to sleep.", s => s.Parks);
        Counter("gabbro.scheduler.wakeups", "{wakeup}", "Times a worker was woken.", s => s.WakeUps);
        meter.CreateObservableGauge(
            "gabbro.scheduler.queue.length",
            () => Read(s => s.InjectorLength + s.Workers.Sum(w => w.QueueLength)),
            "{job}",
            "Jobs waiting.");
        return meter;

        void Counter(string name, string unit, string description, Func<PoolStatistics, long> value) =>
            meter.CreateObservableCounter(name, () => Read(value), unit, description);
    }

    private static List<Measurement<long>> Read(Func<PoolStatistics, long> value)
    {
        WorkPool[] pools;
        lock (s_lock)
            pools = [.. s_pools.Select(p => p.TryGetTarget(out var pool) ? pool : null).OfType<WorkPool>()];
        return
        [
            .. pools.Select(p => new Measurement<long>(
                value(p.GetStatistics()), new KeyValuePair<string, object?>("gabbro.scheduler.pool", p.Name))),
        ];
    }
}
