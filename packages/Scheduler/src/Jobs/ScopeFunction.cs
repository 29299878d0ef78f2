namespace Gabbro.Scheduler.Jobs;

internal readonly struct ScopeFunction<TResult>(Func<WorkScope, TResult> function) : IScopeBody<TResult>
{
    public TResult Run(WorkScope scope) => function(scope);
}
