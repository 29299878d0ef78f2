namespace Gabbro.Scheduler.Jobs;

internal sealed class PostedJob(WorkPool pool, Action action) : Job
{
    public override void Execute(Worker worker)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            pool.ReportUnhandled(exception);
        }

        pool.Release();
    }
}
