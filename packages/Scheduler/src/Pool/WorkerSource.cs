using Gabbro.Scheduler.Jobs;
using Gabbro.Scheduler.Sleeping;

namespace Gabbro.Scheduler;

/// <summary>Everything one worker may take from, while it waits for one thing.</summary>
internal readonly struct WorkerSource<TCondition>(Worker worker, TCondition condition, FindScope scope) : IWorkSource<Job>
    where TCondition : IWaitCondition
{
    public bool IsOver => condition.IsMet;

    public bool IsWorkVisible => worker.Pool.IsWorkVisible();

    public Job? TryTake() => worker.TryTakeOwn(scope) ?? worker.Sweep();

    public void BeforeSleep() => worker.Counters.Parks++;
}
