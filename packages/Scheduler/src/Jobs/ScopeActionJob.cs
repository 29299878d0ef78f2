namespace Gabbro.Scheduler.Jobs;

internal sealed class ScopeActionJob : Job
{
    private readonly Action _action;

    public ScopeActionJob(WorkScope scope, Action action)
    {
        Scope = scope;
        _action = action;
    }

    public override void Execute(Worker worker)
    {
        var scope = Scope!;
        try
        {
            if (!scope.CancellationToken.IsCancellationRequested)
                _action();
        }
        catch (Exception exception)
        {
            scope.Fail(exception);
        }

        scope.Leave(worker);
    }
}
