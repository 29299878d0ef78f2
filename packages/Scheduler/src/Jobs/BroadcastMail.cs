namespace Gabbro.Scheduler.Jobs;

internal sealed class BroadcastMail(WorkScope scope, Action<int> body) : Mail
{
    public override void Execute(Worker worker)
    {
        try
        {
            if (!scope.CancellationToken.IsCancellationRequested)
                body(worker.Index);
        }
        catch (Exception exception)
        {
            scope.Fail(exception);
        }

        scope.Leave();
    }
}
