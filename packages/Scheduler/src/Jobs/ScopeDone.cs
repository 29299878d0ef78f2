namespace Gabbro.Scheduler.Jobs;

internal readonly struct ScopeDone(WorkScope scope) : IWaitCondition
{
    public bool IsMet => scope.IsDone;
}
