using System.Numerics;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>
/// Introsort over a comparer that need not keep its word: every index is checked against the span, whatever the comparer
/// says, and elements are only swapped, so the result is always a permutation of the input.
/// </summary>
internal static class SerialSort<T, TComparer>
    where TComparer : IComparer<T>
{
    private const int InsertionLength = 24;

    public static int MaxDepth(int length) => 2 * (BitOperations.Log2((uint)length) + 1);

    public static void Sort(Span<T> items, TComparer comparer) => Sort(items, comparer, MaxDepth(Math.Max(1, items.Length)));

    /// <summary>
    /// Parts at a pivot: elements before <c>Left</c> are not greater, those from <c>Right</c> not less, those between equal
    /// to it. Both sides are shorter than the span.
    /// </summary>
    public static (int Left, int Right) Partition(Span<T> items, TComparer comparer)
    {
        var pivot = ChoosePivot(items, comparer);
        var i = 0;
        var j = items.Length - 1;
        while (true)
        {
            while (i < items.Length && comparer.Compare(items[i], pivot) < 0)
                i++;
            while (j >= 0 && comparer.Compare(items[j], pivot) > 0)
                j--;
            if (i >= j)
                break;
            (items[i], items[j]) = (items[j], items[i]);
            i++;
            j--;
        }

        // With a true order i is within [0, length] and at least one element is on each side or between. A false one may
        // leave everything on one side; then split in the middle, which is as good as anything.
        var left = Math.Clamp(i == j ? i : j + 1, 0, items.Length);
        var right = Math.Clamp(i == j ? i + 1 : i, 0, items.Length);
        if (right < left)
            right = left;
        return left == items.Length || right == 0 ? (items.Length / 2, items.Length / 2) : (left, right);
    }

    private static void Sort(Span<T> items, TComparer comparer, int depth)
    {
        while (items.Length > InsertionLength)
        {
            if (depth-- == 0)
            {
                HeapSort(items, comparer);
                return;
            }

            var (left, right) = Partition(items, comparer);
            if (left < items.Length - right)
            {
                Sort(items[..left], comparer, depth);
                items = items[right..];
            }
            else
            {
                Sort(items[right..], comparer, depth);
                items = items[..left];
            }
        }

        for (var i = 1; i < items.Length; i++)
        {
            var item = items[i];
            var j = i - 1;
            while (j >= 0 && comparer.Compare(item, items[j]) < 0)
                j--;

            // Moved only after the last comparison: one that throws must not leave the item out.
            if (j + 1 == i)
                continue;
            items[(j + 1)..i].CopyTo(items[(j + 2)..]);
            items[j + 1] = item;
        }
    }

    private static T ChoosePivot(Span<T> items, TComparer comparer)
    {
        var step = items.Length / 8;
        var middle = items.Length / 2;
        if (items.Length < 256)
            return Median(items[0], items[middle], items[^1], comparer);
        return Median(
            Median(items[0], items[step], items[2 * step], comparer),
            Median(items[middle - step], items[middle], items[middle + step], comparer),
            Median(items[^(1 + (2 * step))], items[^(1 + step)], items[^1], comparer),
            comparer);
    }

    private static T Median(T a, T b, T c, TComparer comparer)
    {
        if (comparer.Compare(a, b) < 0)
            return comparer.Compare(b, c) < 0 ? b : comparer.Compare(a, c) < 0 ? c : a;
        return comparer.Compare(a, c) < 0 ? a : comparer.Compare(b, c) < 0 ? c : b;
    }

    private static void HeapSort(Span<T> items, TComparer comparer)
    {
        for (var i = (items.Length / 2) - 1; i >= 0; i--)
            SiftDown(items, i, comparer);
        for (var end = items.Length - 1; end > 0; end--)
        {
            (items[0], items[end]) = (items[end], items[0]);
            SiftDown(items[..end], 0, comparer);
        }
    }

    private static void SiftDown(Span<T> heap, int root, TComparer comparer)
    {
        while (true)
        {
            var child = (2 * root) + 1;
            if (child >= heap.Length)
                return;
            if (child + 1 < heap.Length && comparer.Compare(heap[child], heap[child + 1]) < 0)
                child++;
            if (comparer.Compare(heap[root], heap[child]) >= 0)
                return;
            (heap[root], heap[child]) = (heap[child], heap[root]);
            root = child;
        }
    }
}
