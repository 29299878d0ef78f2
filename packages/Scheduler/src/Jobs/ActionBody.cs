namespace Gabbro.Scheduler.Jobs;

internal readonly struct ActionBody(Action action) : IForkJob<Nothing>
{
    public Nothing Run(ForkContext context)
    {
        action();
        return default;
    }
}
