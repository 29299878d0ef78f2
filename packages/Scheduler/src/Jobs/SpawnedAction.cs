namespace Gabbro.Scheduler.Jobs;

internal readonly struct SpawnedAction(Action action) : IForkAction
{
    public void Run(ForkContext context) => action();
}
