namespace Gabbro.Scheduler.Jobs;

/// <summary>
/// Jobs of one type that lost their slot to another type, kept per thread: a worker that alternates between types at the
/// same depth stops allocating after the first round.
/// </summary>
internal static class ForkedJobCache<TJob, TResult>
    where TJob : struct, IForkJob<TResult>
{
    [ThreadStatic]
    private static ForkedJob<TJob, TResult>? t_first;

    public static ForkedJob<TJob, TResult> Take(Worker owner)
    {
        var job = t_first;
        if (job is null)
            return new ForkedJob<TJob, TResult>(owner);
        t_first = job.Next;
        job.Next = null;
        return job;
    }

    public static void Return(ForkedJob<TJob, TResult> job)
    {
        job.Next = t_first;
        t_first = job;
    }
}
