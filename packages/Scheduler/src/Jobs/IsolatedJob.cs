namespace Gabbro.Scheduler.Jobs;

internal readonly struct IsolatedJob<TJob, TResult>(in TJob job) : IForkJob<TResult>
    where TJob : struct, IForkJob<TResult>
{
    private readonly TJob _job = job;

    public TResult Run(ForkContext context)
    {
        var worker = context.Worker;
        worker.IsolationDepth++;
        try
        {
            var job = _job;
            return job.Run(context);
        }
        finally
        {
            worker.IsolationDepth--;
        }
    }
}
