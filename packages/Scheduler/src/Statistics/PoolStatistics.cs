namespace Gabbro.Scheduler.Statistics;

/// <summary>Counts of a pool, read while it runs.</summary>
/// <param name="Workers">One entry per worker started so far.</param>
/// <param name="WakeUps">Times a sleeping worker was woken.</param>
/// <param name="Sleeping">Workers asleep now.</param>
/// <param name="Searching">Workers looking for work now.</param>
/// <param name="InjectorLength">Jobs from outside that nobody has taken yet.</param>
public sealed record PoolStatistics(
    IReadOnlyList<WorkerStatistics> Workers, long WakeUps, int Sleeping, int Searching, int InjectorLength)
{
    /// <summary>Jobs run by all workers.</summary>
    public long Jobs => Workers.Sum(w => w.Jobs);

    /// <summary>Steals by all workers.</summary>
    public long Steals => Workers.Sum(w => w.Steals);

    /// <summary>Times any worker went to sleep.</summary>
    public long Parks => Workers.Sum(w => w.Parks);
}
