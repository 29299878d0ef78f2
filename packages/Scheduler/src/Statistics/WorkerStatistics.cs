namespace Gabbro.Scheduler.Statistics;

/// <summary>Counts of one worker since it started, read while it runs: each is right, together they may be a moment apart.</summary>
/// <param name="Worker">The worker's number.</param>
/// <param name="Jobs">Jobs run: stolen, spawned, posted or handed in; forks nobody took are not counted.</param>
/// <param name="Steals">Jobs, or batches, taken from another worker.</param>
/// <param name="FailedSteals">Rounds over all workers that found nothing.</param>
/// <param name="LostRaces">Compare-and-swaps of a steal lost to another thread, and repeated.</param>
/// <param name="Shares">Times it made forks stealable.</param>
/// <param name="Parks">Times it went to sleep.</param>
/// <param name="QueueLength">Spawned jobs waiting at it now.</param>
public readonly record struct WorkerStatistics(
    int Worker, long Jobs, long Steals, long FailedSteals, long LostRaces, long Shares, long Parks, int QueueLength);
