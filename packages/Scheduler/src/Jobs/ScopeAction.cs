namespace Gabbro.Scheduler.Jobs;

internal readonly struct ScopeAction(Action<WorkScope> action) : IScopeBody<Nothing>
{
    public Nothing Run(WorkScope scope)
    {
        action(scope);
        return default;
    }
}
