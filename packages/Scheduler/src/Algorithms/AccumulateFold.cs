namespace Gabbro.Scheduler.Algorithms;

internal readonly struct AccumulateFold<T, TAccumulator>(
    Slice<T> source,
    Func<TAccumulator> seed,
    Func<TAccumulator, T, TAccumulator> fold,
    Func<TAccumulator, TAccumulator, TAccumulator> combine) : IRangeFold<TAccumulator>
{
    public TAccumulator Identity => seed();

    public TAccumulator Fold(TAccumulator before, long from, long to, LoopControl control)
    {
        foreach (var item in source.Span((int)from, (int)to))
            before = fold(before, item);
        return before;
    }

    public TAccumulator Combine(TAccumulator left, TAccumulator right) => combine(left, right);
}
