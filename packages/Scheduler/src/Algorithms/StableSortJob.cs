namespace Gabbro.Scheduler.Algorithms;

/// <summary>Parallel merge sort; both the halves and the merge of long runs are forked.</summary>
/// <param name="items">The elements.</param>
/// <param name="buffer">As long.</param>
/// <param name="from">First element.</param>
/// <param name="to">One past the last.</param>
/// <param name="intoBuffer">Where the sorted elements go; the other of the two is scratch.</param>
/// <param name="comparer">The order.</param>
/// <param name="control">Failures and cancellation.</param>
internal readonly struct StableSortJob<T, TComparer>(
    Slice<T> items, Slice<T> buffer, int from, int to, bool intoBuffer, TComparer comparer, LoopControl control) : IForkAction
    where TComparer : IComparer<T>
{
    private const int SerialLength = 4096;
    private const int InsertionLength = 16;

    public void Run(ForkContext context)
    {
        try
        {
            if (!control.ShouldRun(from))
                return;
            if (to - from <= SerialLength)
            {
                SortSerially(from, to, intoBuffer);
                return;
            }

            var middle = from + ((to - from) / 2);
            context.Join(
                new StableSortJob<T, TComparer>(items, buffer, from, middle, !intoBuffer, comparer, control),
                new StableSortJob<T, TComparer>(items, buffer, middle, to, !intoBuffer, comparer, control));

            // A failed half leaves its elements in one of the two; then the merge would lose some.
            if (!control.ShouldRun(from))
                return;
            var (source, target) = intoBuffer ? (items, buffer) : (buffer, items);
            new MergeJob<T, TComparer>(source, from, middle, middle, to, target, from, comparer, control).Run(context);
        }
        catch (Exception exception)
        {
            control.Fail(exception);
        }
    }

    private void SortSerially(int low, int high, bool toBuffer)
    {
        if (high - low <= InsertionLength)
        {
            var run = items.Span(low, high);
            for (var i = 1; i < run.Length; i++)
            {
                var item = run[i];
                var j = i - 1;
                while (j >= 0 && comparer.Compare(item, run[j]) < 0)
                {
                    run[j + 1] = run[j];
                    j--;
                }

                run[j + 1] = item;
            }

            if (toBuffer)
                run.CopyTo(buffer.Span(low, high));
            return;
        }

        var middle = low + ((high - low) / 2);
        SortSerially(low, middle, !toBuffer);
        SortSerially(middle, high, !toBuffer);
        var (source, target) = toBuffer ? (items, buffer) : (buffer, items);
        MergeJob<T, TComparer>.Merge(source.Span(low, middle), source.Span(middle, high), target.Span(low, high), comparer);
    }
}
