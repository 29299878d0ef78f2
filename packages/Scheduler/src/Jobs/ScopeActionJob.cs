namespace Gabbro.Scheduler.Jobs;

internal sealed class ScopeActionJob(WorkScope scope, Action action) : Job
{
    public override void Execute(Worker worker)
    {
        try
        {
            if (!scope.CancellationToken.IsCancellationRequested)
                action();
        }
        catch (Exception exception)
        {
            scope.Fail(exception);
        }

        scope.Leave();
    }
}
