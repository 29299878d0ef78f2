using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>Sorting: unstable, stable, by key, by comparer.</summary>
/// <remarks>
/// A comparer that contradicts itself or throws never corrupts memory and never loses or duplicates an element of an unstable
/// sort; a stable sort that is stopped by an exception or a cancellation leaves the elements as they were before. Exceptions
/// of the comparer surface as one <see cref="AggregateException"/>.
/// </remarks>
public static unsafe class ParallelSort
{
    /// <summary>Shorter spans are sorted on the spot.</summary>
    private const int SerialLength = 4096;

    /// <summary>Radix sorting pays for its distribution from about here.</summary>
    private const int RadixLength = 1 << 15;

    /// <summary>Sorts by the elements' own order; equal elements in no particular order.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="items">The elements.</param>
    /// <param name="cancellationToken">Stops the sort; the elements are then in some order.</param>
    /// <remarks>
    /// Numbers of four and eight bytes are sorted by radix, linear in their number, with a rented buffer as long as the
    /// span; everything else by introsort in place, n log n.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="AggregateException">Comparing elements threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void Sort<T>(this WorkPool pool, Span<T> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        cancellationToken.ThrowIfCancellationRequested();
        if (items.Length >= RadixLength)
        {
            if (typeof(T) == typeof(ulong))
                RadixSort<ulong, RadixKeys.UInt64Key, T>(pool, items, cancellationToken);
            else if (typeof(T) == typeof(long))
                RadixSort<long, RadixKeys.Int64Key, T>(pool, items, cancellationToken);
            else if (typeof(T) == typeof(uint))
                RadixSort<uint, RadixKeys.UInt32Key, T>(pool, items, cancellationToken);
            else if (typeof(T) == typeof(int))
                RadixSort<int, RadixKeys.Int32Key, T>(pool, items, cancellationToken);
            else if (typeof(T) == typeof(double))
                RadixSort<double, RadixKeys.DoubleKey, T>(pool, items, cancellationToken);
            else if (typeof(T) == typeof(float))
                RadixSort<float, RadixKeys.SingleKey, T>(pool, items, cancellationToken);
            else
                Sort(pool, items, default(DefaultComparer<T>), cancellationToken);
        }
        else if (RuntimeHelpers.IsReferenceOrContainsReferences<T>() || items.Length > SerialLength)
        {
            Sort(pool, items, default(DefaultComparer<T>), cancellationToken);
        }
        else
        {
            items.Sort();
        }
    }

    /// <summary>Sorts by a comparison; equal elements in no particular order. Introsort in place, n log n.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="items">The elements.</param>
    /// <param name="comparison">The order.</param>
    /// <param name="cancellationToken">Stops the sort; the elements are then in some order.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="comparison"/> is null.</exception>
    /// <exception cref="AggregateException">The comparison threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void Sort<T>(
        this WorkPool pool, Span<T> items, Comparison<T> comparison, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        Sort(pool, items, new ComparisonComparer<T>(comparison), cancellationToken);
    }

    /// <summary>Sorts by a comparer; equal elements in no particular order. Introsort in place, n log n.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <typeparam name="TComparer">Type of the comparer; a struct is compiled in.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="items">The elements.</param>
    /// <param name="comparer">The order.</param>
    /// <param name="cancellationToken">Stops the sort; the elements are then in some order.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="comparer"/> is null.</exception>
    /// <exception cref="AggregateException">The comparer threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void Sort<T, TComparer>(
        this WorkPool pool, Span<T> items, TComparer comparer, CancellationToken cancellationToken = default)
        where TComparer : IComparer<T>
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(comparer);
        var control = LoopControl.Rent(pool, cancellationToken);
        try
        {
            fixed (byte* start = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(items)))
            {
                pool.Run(new SortJob<T, TComparer>(
                    new Slice<T>(start, items.Length),
                    0,
                    items.Length,
                    SerialSort<T, TComparer>.MaxDepth(Math.Max(1, items.Length)),
                    comparer,
                    control));
            }
        }
        finally
        {
            control.Return();
        }
    }

    /// <summary>Sorts by the elements' own order; equal elements keep theirs. Merge sort with a rented buffer, n log n.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="items">The elements.</param>
    /// <param name="cancellationToken">Stops the sort; the elements are then as before.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="AggregateException">Comparing elements threw; the elements are as before.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void StableSort<T>(this WorkPool pool, Span<T> items, CancellationToken cancellationToken = default) =>
        StableSort(pool, items, default(DefaultComparer<T>), cancellationToken);

    /// <summary>Sorts by a comparison; equal elements keep their order. Merge sort with a rented buffer, n log n.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="items">The elements.</param>
    /// <param name="comparison">The order.</param>
    /// <param name="cancellationToken">Stops the sort; the elements are then as before.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="comparison"/> is null.</exception>
    /// <exception cref="AggregateException">The comparison threw; the elements are as before.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void StableSort<T>(
        this WorkPool pool, Span<T> items, Comparison<T> comparison, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        StableSort(pool, items, new ComparisonComparer<T>(comparison), cancellationToken);
    }

    /// <summary>Sorts by a comparer; equal elements keep their order. Merge sort with a rented buffer, n log n.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <typeparam name="TComparer">Type of the comparer; a struct is compiled in.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="items">The elements.</param>
    /// <param name="comparer">The order.</param>
    /// <param name="cancellationToken">Stops the sort; the elements are then as before.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="comparer"/> is null.</exception>
    /// <exception cref="AggregateException">The comparer threw; the elements are as before.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void StableSort<T, TComparer>(
        this WorkPool pool, Span<T> items, TComparer comparer, CancellationToken cancellationToken = default)
        where TComparer : IComparer<T>
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(comparer);
        var control = LoopControl.Rent(pool, cancellationToken);
        var length = items.Length;

        // Two buffers: what a comparer that throws half-way leaves in one of them is a mixture, and the caller's elements
        // stay untouched until the end.
        var first = ArrayPool<T>.Shared.Rent(length);
        var second = ArrayPool<T>.Shared.Rent(length);
        try
        {
            fixed (byte* a = &Unsafe.As<T, byte>(ref MemoryMarshal.GetArrayDataReference(first)))
            fixed (byte* b = &Unsafe.As<T, byte>(ref MemoryMarshal.GetArrayDataReference(second)))
            {
                items.CopyTo(first);
                pool.Run(new StableSortJob<T, TComparer>(
                    new Slice<T>(a, length), new Slice<T>(b, length), 0, length, intoBuffer: true, comparer, control));
            }

            if (!control.IsStopped)
                second.AsSpan(0, length).CopyTo(items);
        }
        finally
        {
            var clear = RuntimeHelpers.IsReferenceOrContainsReferences<T>();
            ArrayPool<T>.Shared.Return(first, clear);
            ArrayPool<T>.Shared.Return(second, clear);
            control.Return();
        }
    }

    /// <summary>Sorts by a key, computed once for each element; equal keys keep the elements' order.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <typeparam name="TKey">Type of the keys.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="items">The elements.</param>
    /// <param name="keySelector">Called once for each element, in no particular order.</param>
    /// <param name="comparer">Compares keys; null for the default.</param>
    /// <param name="cancellationToken">Stops the sort; the elements are then as before.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="keySelector"/> is null.</exception>
    /// <exception cref="AggregateException">The selector or the comparer threw; the elements are as before.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void SortBy<T, TKey>(
        this WorkPool pool,
        Span<T> items,
        Func<T, TKey> keySelector,
        IComparer<TKey>? comparer = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(keySelector);
        var pairs = new (TKey Key, T Item)[items.Length];
        pool.Map<T, (TKey, T)>(items, pairs, item => (keySelector(item), item), cancellationToken);
        if (comparer is null)
            pool.StableSort(pairs.AsSpan(), default(KeyComparer<TKey, T, DefaultComparer<TKey>>), cancellationToken);
        else
            pool.StableSort(pairs.AsSpan(), new KeyComparer<TKey, T, IComparer<TKey>>(comparer), cancellationToken);
        for (var i = 0; i < pairs.Length; i++)
            items[i] = pairs[i].Item;
    }

    private static void RadixSort<T, TKey, TItem>(WorkPool pool, Span<TItem> items, CancellationToken cancellationToken)
        where T : unmanaged, IComparable<T>
        where TKey : struct, IRadixKey<T>
    {
        var buffer = ArrayPool<T>.Shared.Rent(items.Length);
        try
        {
            fixed (byte* start = &Unsafe.As<TItem, byte>(ref MemoryMarshal.GetReference(items)))
            fixed (T* scratch = buffer)
            {
                var sorter = new RadixSorter<T, TKey>(
                    pool, new Slice<T>(start, items.Length), new Slice<T>(scratch, items.Length), cancellationToken);
                pool.Run<RadixJob<T, TKey>, Nothing>(new RadixJob<T, TKey>(sorter));
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(buffer);
        }
    }
}
