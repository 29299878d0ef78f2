using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>The loop's indices are participants, of which each takes blocks until there are none.</summary>
internal readonly struct ScanFold<T, TFunc>(ScanState<T, TFunc> scan) : IRangeFold<Nothing>
    where TFunc : struct, IValueFunc<T, T, T>
{
    public Nothing Identity => default;

    public Nothing Fold(Nothing before, long from, long to, LoopControl control)
    {
        scan.Participate(control);
        return default;
    }

    public Nothing Combine(Nothing left, Nothing right) => default;
}
