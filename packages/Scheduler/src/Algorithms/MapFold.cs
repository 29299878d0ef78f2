using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

internal readonly struct MapFold<TIn, TOut, TFunc>(Slice<TIn> source, Slice<TOut> destination, TFunc function)
    : IRangeFold<Nothing>
    where TFunc : struct, IValueFunc<TIn, TOut>
{
    public Nothing Identity => default;

    public Nothing Fold(Nothing before, long from, long to, LoopControl control)
    {
        var f = function;
        var input = source.Span((int)from, (int)to);
        var output = destination.Span((int)from, (int)to);
        for (var i = 0; i < input.Length && i < output.Length; i++)
            output[i] = f.Invoke(input[i]);
        return default;
    }

    public Nothing Combine(Nothing left, Nothing right) => default;
}
