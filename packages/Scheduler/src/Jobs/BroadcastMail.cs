namespace Gabbro.Scheduler.Jobs;

internal sealed class BroadcastMail : Mail
{
    private readonly Action<int> _body;

    public BroadcastMail(WorkScope scope, Action<int> body)
    {
        Scope = scope;
        _body = body;
    }

    public override void Execute(Worker worker)
    {
        var scope = Scope!;
        try
        {
            if (!scope.CancellationToken.IsCancellationRequested)
                _body(worker.Index);
        }
        catch (Exception exception)
        {
            scope.Fail(exception);
        }

        scope.Leave(worker);
    }
}
