namespace Gabbro.Scheduler.Algorithms;

/// <summary>The lowest index that satisfies a predicate; lowers the loop's limit so that later stretches do not begin.</summary>
internal readonly struct FindFold<T, TFunc>(Slice<T> source, TFunc predicate, bool any) : IRangeFold<long>
    where TFunc : struct, IValueFunc<T, bool>
{
    public long Identity => long.MaxValue;

    public long Fold(long before, long from, long to, LoopControl control)
    {
        if (before != long.MaxValue)
            return before;
        var f = predicate;
        var items = source.Span((int)from, (int)to);
        for (var i = 0; i < items.Length; i++)
        {
            if (!f.Invoke(items[i]))
                continue;
            control.LowerLimit(any ? long.MinValue : from + i);
            return from + i;
        }

        return before;
    }

    public long Combine(long left, long right) => Math.Min(left, right);
}
