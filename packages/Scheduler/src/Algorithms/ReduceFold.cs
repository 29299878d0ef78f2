namespace Gabbro.Scheduler.Algorithms;

internal readonly struct ReduceFold<T, TFunc>(Slice<T> source, T identity, TFunc combine) : IRangeFold<T>
    where TFunc : struct, IValueFunc<T, T, T>
{
    public T Identity => identity;

    public T Fold(T before, long from, long to, LoopControl control)
    {
        var f = combine;
        foreach (var item in source.Span((int)from, (int)to))
            before = f.Invoke(before, item);
        return before;
    }

    public T Combine(T left, T right)
    {
        var f = combine;
        return f.Invoke(left, right);
    }
}
