using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>A loop whose bodies see its state, and a local value made once for each stretch a worker runs in one go.</summary>
internal readonly struct StatefulFold<TLocal>(
    LoopState state, Func<TLocal> initialize, Func<int, LoopState, TLocal, TLocal> body, Action<TLocal> finish)
    : IRangeFold<Nothing>
{
    public Nothing Identity => default;

    public Nothing Fold(Nothing before, long from, long to, LoopControl control)
    {
        var local = initialize();
        try
        {
            for (var i = from; i < to && i < control.Limit; i++)
                local = body((int)i, state, local);
        }
        finally
        {
            finish(local);
        }

        return default;
    }

    public Nothing Combine(Nothing left, Nothing right) => default;
}
