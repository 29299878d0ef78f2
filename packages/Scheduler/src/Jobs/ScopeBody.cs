namespace Gabbro.Scheduler.Jobs;

/// <summary>Opens a scope on the worker that runs this, and closes it.</summary>
internal readonly struct ScopeBody<TBody, TResult>(TBody body, CancellationToken cancellationToken) : IForkJob<TResult>
    where TBody : struct, IScopeBody<TResult>
{
    public TResult Run(ForkContext context)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var worker = context.Worker;
        var before = worker.SpawnsBottom;
        var scope = new WorkScope(worker.Pool, worker, null, cancellationToken);
        var outer = worker.ActiveScope;
        worker.ActiveScope = scope;
        var result = default(TResult)!;
        try
        {
            result = body.Run(scope);
        }
        catch (Exception exception)
        {
            scope.Fail(exception);
        }

        worker.SettleCredits();
        worker.ActiveScope = outer;
        scope.Leave(null);
        scope.AwaitJobs(before);
        scope.Failure?.Throw();
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }
}
