namespace Gabbro.Scheduler.Jobs;

/// <summary>A spawned struct job. The thread that ran one keeps the object for its own next spawn.</summary>
internal sealed class ScopeJob<TJob> : Job
    where TJob : struct, IForkAction
{
    /// <summary>Spare objects a thread keeps per type: what a scope of a few hundred pending jobs needs.</summary>
    private const int MaxSpare = 1024;

    [ThreadStatic]
    private static ScopeJob<TJob>? t_spare;

    [ThreadStatic]
    private static int t_spareCount;

    private TJob _body;
    private ScopeJob<TJob>? _next;

    public static ScopeJob<TJob> Take(WorkScope scope, in TJob body)
    {
        var job = t_spare;
        if (job is null)
        {
            job = new ScopeJob<TJob>();
        }
        else
        {
            t_spare = job._next;
            job._next = null;
            t_spareCount--;
        }

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
        if (t_spareCount < MaxSpare)
        {
            _next = t_spare;
            t_spare = this;
            t_spareCount++;
        }

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
