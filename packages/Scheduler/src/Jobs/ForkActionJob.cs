namespace Gabbro.Scheduler.Jobs;

internal readonly struct ForkActionJob<TAction>(in TAction action) : IForkJob<Nothing>
    where TAction : struct, IForkAction
{
    private readonly TAction _action = action;

    public Nothing Run(ForkContext context)
    {
        // A copy: the body may change its own fields, and this struct may be run from a readonly location.
        var action = _action;
        action.Run(context);
        return default;
    }
}
