using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

internal readonly struct ZipFold<T1, T2, TOut, TFunc>(
    Slice<T1> first, Slice<T2> second, Slice<TOut> destination, TFunc function) : IRangeFold<Nothing>
    where TFunc : struct, IValueFunc<T1, T2, TOut>
{
    public Nothing Identity => default;

    public Nothing Fold(Nothing before, long from, long to, LoopControl control)
    {
        var f = function;
        var a = first.Span((int)from, (int)to);
        var b = second.Span((int)from, (int)to);
        var output = destination.Span((int)from, (int)to);
        for (var i = 0; i < a.Length && i < b.Length && i < output.Length; i++)
            output[i] = f.Invoke(a[i], b[i]);
        return default;
    }

    public Nothing Combine(Nothing left, Nothing right) => default;
}
