using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

internal readonly struct ForEachFold<T>(Slice<T> source, Action<T> body) : IRangeFold<Nothing>
{
    public Nothing Identity => default;

    public Nothing Fold(Nothing before, long from, long to, LoopControl control)
    {
        foreach (var item in source.Span((int)from, (int)to))
            body(item);
        return default;
    }

    public Nothing Combine(Nothing left, Nothing right) => default;
}
