namespace Gabbro.Scheduler.Jobs;

internal readonly struct ForkedJobDone(ForkedJob job) : IWaitCondition
{
    public bool IsMet => job.IsDone;
}
