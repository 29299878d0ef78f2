namespace Gabbro.Scheduler.Jobs;

internal readonly struct FuncJob<TResult>(Func<TResult> function) : IForkJob<TResult>
{
    public TResult Run(ForkContext context) => function();
}
