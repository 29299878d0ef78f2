namespace Gabbro.Scheduler.Algorithms;

/// <summary>
/// Merges two sorted runs of one slice into another slice; long ones in two halves at once, cut at the middle of the longer
/// run and at the place of that element in the other.
/// </summary>
internal readonly struct MergeJob<T, TComparer>(
    Slice<T> source,
    int leftFrom,
    int leftTo,
    int rightFrom,
    int rightTo,
    Slice<T> target,
    int targetFrom,
    TComparer comparer,
    LoopControl control) : IForkAction
    where TComparer : IComparer<T>
{
    private const int SerialLength = 8192;

    public void Run(ForkContext context)
    {
        try
        {
            var leftLength = leftTo - leftFrom;
            var rightLength = rightTo - rightFrom;
            var length = leftLength + rightLength;
            if (length <= SerialLength)
            {
                Merge(
                    source.Span(leftFrom, leftTo),
                    source.Span(rightFrom, rightTo),
                    target.Span(targetFrom, targetFrom + length),
                    comparer);
                return;
            }

            int leftCut, rightCut;
            if (leftLength >= rightLength)
            {
                // Equal elements of the right run stay behind those of the left.
                leftCut = leftFrom + (leftLength / 2);
                rightCut = rightFrom + LowerBound(source.Span(rightFrom, rightTo), source[leftCut]);
            }
            else
            {
                rightCut = rightFrom + (rightLength / 2);
                leftCut = leftFrom + UpperBound(source.Span(leftFrom, leftTo), source[rightCut]);
            }

            var targetCut = targetFrom + (leftCut - leftFrom) + (rightCut - rightFrom);
            context.Join(
                new MergeJob<T, TComparer>(
                    source, leftFrom, leftCut, rightFrom, rightCut, target, targetFrom, comparer, control),
                new MergeJob<T, TComparer>(source, leftCut, leftTo, rightCut, rightTo, target, targetCut, comparer, control));
        }
        catch (Exception exception)
        {
            control.Fail(exception);
        }
    }

    public static void Merge(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> target, TComparer comparer)
    {
        int i = 0, j = 0, k = 0;
        while (i < left.Length && j < right.Length)
            target[k++] = comparer.Compare(right[j], left[i]) < 0 ? right[j++] : left[i++];
        left[i..].CopyTo(target[k..]);
        right[j..].CopyTo(target[(k + left.Length - i)..]);
    }

    private int LowerBound(ReadOnlySpan<T> run, T item)
    {
        int low = 0, high = run.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (comparer.Compare(run[middle], item) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private int UpperBound(ReadOnlySpan<T> run, T item)
    {
        int low = 0, high = run.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (comparer.Compare(item, run[middle]) < 0)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
