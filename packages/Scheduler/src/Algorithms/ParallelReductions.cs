using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>One result from many elements: reduce, fold, sums, extremes, searches.</summary>
/// <remarks>
/// Neighbouring stretches are combined in order, so the operation must be associative but need not commute. Where the
/// stretches end depends on timing: floating-point results may differ in the last digits from run to run. Exceptions of
/// all calls surface as one <see cref="AggregateException"/>.
/// </remarks>
public static unsafe class ParallelReductions
{
    /// <summary>Combines all elements with an associative operation.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="identity">Neutral element of the operation, and the result for no elements.</param>
    /// <param name="combine">The operation.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    /// <returns>The combination of all elements, in order.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="combine"/> is null.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static T Reduce<T>(
        this WorkPool pool,
        ReadOnlySpan<T> source,
        T identity,
        Func<T, T, T> combine,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(combine);
        return Reduce(pool, source, identity, new DelegateFunc<T, T, T>(combine), cancellationToken);
    }

    /// <summary>As the overload with a delegate; allocates nothing after warm-up.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <typeparam name="TFunc">Type of the operation.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="identity">Neutral element of the operation, and the result for no elements.</param>
    /// <param name="combine">The operation.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    /// <returns>The combination of all elements, in order.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static T Reduce<T, TFunc>(
        this WorkPool pool,
        ReadOnlySpan<T> source,
        T identity,
        in TFunc combine,
        CancellationToken cancellationToken = default)
        where TFunc : struct, IValueFunc<T, T, T>
    {
        ArgumentNullException.ThrowIfNull(pool);
        fixed (byte* start = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(source)))
        {
            return RangeLoop.Run<ReduceFold<T, TFunc>, T>(
                pool,
                new ReduceFold<T, TFunc>(new Slice<T>(start, source.Length), identity, combine),
                0,
                source.Length,
                cancellationToken);
        }
    }

    /// <summary>Folds stretches of elements into accumulators of another type, and combines these in order.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <typeparam name="TAccumulator">Type of the accumulators.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="seed">Makes an empty accumulator; called once for each stretch.</param>
    /// <param name="fold">Adds an element to an accumulator.</param>
    /// <param name="combine">Joins two accumulators of neighbouring stretches.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    /// <returns>The accumulator of all elements.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static TAccumulator Fold<T, TAccumulator>(
        this WorkPool pool,
        ReadOnlySpan<T> source,
        Func<TAccumulator> seed,
        Func<TAccumulator, T, TAccumulator> fold,
        Func<TAccumulator, TAccumulator, TAccumulator> combine,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(combine);
        fixed (byte* start = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(source)))
        {
            return RangeLoop.Run<AccumulateFold<T, TAccumulator>, TAccumulator>(
                pool,
                new AccumulateFold<T, TAccumulator>(new Slice<T>(start, source.Length), seed, fold, combine),
                0,
                source.Length,
                cancellationToken);
        }
    }

    /// <summary>The sum of all elements; integers wrap around. Vectorised; allocates nothing after warm-up.</summary>
    /// <typeparam name="T">A number.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    /// <returns>The sum, zero for no elements.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static T Sum<T>(this WorkPool pool, ReadOnlySpan<T> source, CancellationToken cancellationToken = default)
        where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(pool);
        fixed (T* start = source)
        {
            return RangeLoop.Run<SumFold<T>, T>(
                pool, new SumFold<T>(new Slice<T>(start, source.Length)), 0, source.Length, cancellationToken, VectorChunk);
        }
    }

    /// <summary>The least element. Vectorised; allocates nothing after warm-up.</summary>
    /// <typeparam name="T">A number. With NaN among the elements the result is one of the elements, not a defined one.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements, at least one.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    /// <returns>The least element.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no element.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static T Min<T>(this WorkPool pool, ReadOnlySpan<T> source, CancellationToken cancellationToken = default)
        where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(pool);
        CheckNotEmpty(source);
        fixed (T* start = source)
        {
            return RangeLoop.Run<MinFold<T>, T>(
                pool, new MinFold<T>(new Slice<T>(start, source.Length)), 0, source.Length, cancellationToken, VectorChunk);
        }
    }

    /// <summary>The greatest element. Vectorised; allocates nothing after warm-up.</summary>
    /// <typeparam name="T">A number. With NaN among the elements the result is one of the elements, not a defined one.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements, at least one.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    /// <returns>The greatest element.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no element.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static T Max<T>(this WorkPool pool, ReadOnlySpan<T> source, CancellationToken cancellationToken = default)
        where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(pool);
        CheckNotEmpty(source);
        fixed (T* start = source)
        {
            return RangeLoop.Run<MaxFold<T>, T>(
                pool, new MaxFold<T>(new Slice<T>(start, source.Length)), 0, source.Length, cancellationToken, VectorChunk);
        }
    }

    /// <summary>The first element that satisfies a predicate. Stretches behind a known one are not begun.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="predicate">Called at most once for each element, in no particular order.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The element's index, or -1.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="predicate"/> is null.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static int FindFirst<T>(
        this WorkPool pool, ReadOnlySpan<T> source, Func<T, bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Find(pool, source, new DelegateFunc<T, bool>(predicate), any: false, cancellationToken);
    }

    /// <summary>As the overload with a delegate; allocates nothing after warm-up.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <typeparam name="TFunc">Type of the predicate.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="predicate">Called at most once for each element, in no particular order.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The element's index, or -1.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static int FindFirst<T, TFunc>(
        this WorkPool pool, ReadOnlySpan<T> source, in TFunc predicate, CancellationToken cancellationToken = default)
        where TFunc : struct, IValueFunc<T, bool> =>
        Find(pool, source, predicate, any: false, cancellationToken);

    /// <summary>Some element that satisfies a predicate; the search ends everywhere as soon as one is known.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="predicate">Called at most once for each element, in no particular order.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The index of one of the elements, or -1.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="predicate"/> is null.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static int FindAny<T>(
        this WorkPool pool, ReadOnlySpan<T> source, Func<T, bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Find(pool, source, new DelegateFunc<T, bool>(predicate), any: true, cancellationToken);
    }

    /// <summary>Below this many elements a vectorised loop is over before anybody could help.</summary>
    private const int VectorChunk = 4096;

    private static int Find<T, TFunc>(
        WorkPool pool, ReadOnlySpan<T> source, in TFunc predicate, bool any, CancellationToken cancellationToken)
        where TFunc : struct, IValueFunc<T, bool>
    {
        ArgumentNullException.ThrowIfNull(pool);
        fixed (byte* start = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(source)))
        {
            var found = RangeLoop.Run<FindFold<T, TFunc>, long>(
                pool,
                new FindFold<T, TFunc>(new Slice<T>(start, source.Length), predicate, any),
                0,
                source.Length,
                cancellationToken);
            return found == long.MaxValue ? -1 : (int)found;
        }
    }

    private static void CheckNotEmpty<T>(ReadOnlySpan<T> source)
    {
        if (source.IsEmpty)
            throw new ArgumentException("There is no element.", nameof(source));
    }
}
