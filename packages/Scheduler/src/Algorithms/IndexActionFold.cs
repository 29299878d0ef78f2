using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

internal readonly struct IndexActionFold<TAction>(in TAction action) : IRangeFold<Nothing>
    where TAction : struct, IIndexAction
{
    private readonly TAction _action = action;

    public Nothing Identity => default;

    public Nothing Fold(Nothing before, long from, long to, LoopControl control)
    {
        var action = _action;
        for (var i = (int)from; i < (int)to; i++)
            action.Invoke(i);
        return default;
    }

    public Nothing Combine(Nothing left, Nothing right) => default;
}
