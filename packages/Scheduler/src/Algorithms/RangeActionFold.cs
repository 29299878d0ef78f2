using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

internal readonly struct RangeActionFold<TAction>(in TAction action) : IRangeFold<Nothing>
    where TAction : struct, IRangeAction
{
    private readonly TAction _action = action;

    public Nothing Identity => default;

    public Nothing Fold(Nothing before, long from, long to, LoopControl control)
    {
        var action = _action;
        action.Invoke((int)from, (int)to);
        return default;
    }

    public Nothing Combine(Nothing left, Nothing right) => default;
}
