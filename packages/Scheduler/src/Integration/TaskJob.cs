using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Integration;

internal sealed class TaskJob(PoolTaskScheduler scheduler, Task task) : Job
{
    public override void Execute(Worker worker)
    {
        // False if a waiting worker has run it in place meanwhile. A task keeps its exceptions to itself.
        scheduler.Execute(task);
        scheduler.Pool.Release();
    }
}
