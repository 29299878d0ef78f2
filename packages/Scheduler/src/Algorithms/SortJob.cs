namespace Gabbro.Scheduler.Algorithms;

/// <summary>
/// Parallel introsort: three-way choice of the pivot, Hoare's partition, both sides forked, heap sort when the depth shows
/// that the pivots are bad (D. Musser, 1997).
/// </summary>
internal readonly struct SortJob<T, TComparer>(
    Slice<T> items, int from, int to, int depth, TComparer comparer, LoopControl control) : IForkAction
    where TComparer : IComparer<T>
{
    /// <summary>Sorting fewer elements takes less than waking somebody for it.</summary>
    private const int SerialLength = 4096;

    public void Run(ForkContext context)
    {
        try
        {
            if (!control.ShouldRun(from))
                return;
            if (to - from <= SerialLength || depth == 0)
            {
                SerialSort<T, TComparer>.Sort(items.Span(from, to), comparer);
                return;
            }

            var (left, right) = SerialSort<T, TComparer>.Partition(items.Span(from, to), comparer);
            context.Join(
                new SortJob<T, TComparer>(items, from, from + left, depth - 1, comparer, control),
                new SortJob<T, TComparer>(items, from + right, to, depth - 1, comparer, control));
        }
        catch (Exception exception)
        {
            control.Fail(exception);
        }
    }
}
