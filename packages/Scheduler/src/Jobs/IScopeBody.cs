namespace Gabbro.Scheduler.Jobs;

internal interface IScopeBody<TResult>
{
    TResult Run(WorkScope scope);
}
