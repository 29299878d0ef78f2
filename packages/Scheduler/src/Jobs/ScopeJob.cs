namespace Gabbro.Scheduler.Jobs;

/// <summary>A spawned struct job. The object is used again; see <see cref="ScopeJobMagazines{TJob}"/>.</summary>
internal sealed class ScopeJob<TJob> : Job
    where TJob : struct, IForkAction
{
    private TJob _body;

    public static ScopeJob<TJob> Take(WorkScope scope, in TJob body)
    {
        var job = ScopeJobMagazines<TJob>.Own.Take();
        job.Scope = scope;
        job._body = body;
        return job;
    }

    public override void Execute(Worker worker)
    {
        var scope = Scope!;
        var body = _body;
        Scope = null;
        _body = default;
        ScopeJobMagazines<TJob>.Own.Give(this);
        try
        {
            if (!scope.CancellationToken.IsCancellationRequested)
                body.Run(new ForkContext(worker));
        }
        catch (Exception exception)
        {
            scope.Fail(exception);
        }

        scope.Leave(worker);
    }
}
