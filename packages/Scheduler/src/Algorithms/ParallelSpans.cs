using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>Element-wise work over spans: for each, map, zip, chunks.</summary>
/// <remarks>
/// Spans may lie in arrays, in native memory or on the caller's stack; the memory is pinned for the call. Spans of types
/// that hold references must lie on the heap. Exceptions of all calls surface as one <see cref="AggregateException"/>.
/// Arrays and lists convert to spans (<see cref="CollectionsMarshal.AsSpan{T}(List{T})"/>).
/// </remarks>
public static unsafe class ParallelSpans
{
    /// <summary>Calls a delegate with each element.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="body">What to call, in no particular order.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="body"/> is null.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void ForEach<T>(
        this WorkPool pool, ReadOnlySpan<T> source, Action<T> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(body);
        fixed (byte* start = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(source)))
        {
            RangeLoop.Run<ForEachFold<T>, Nothing>(
                pool, new ForEachFold<T>(new Slice<T>(start, source.Length), body), 0, source.Length, cancellationToken);
        }
    }

    /// <summary>Writes the function of each element to the same place of the destination.</summary>
    /// <typeparam name="TIn">Type of the elements.</typeparam>
    /// <typeparam name="TOut">Type of the results.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="destination">At least as long; may be the source itself, must not overlap it otherwise.</param>
    /// <param name="function">Called once for each element, in no particular order.</param>
    /// <param name="cancellationToken">Stops the loop; the destination is then partly written.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="function"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void Map<TIn, TOut>(
        this WorkPool pool,
        ReadOnlySpan<TIn> source,
        Span<TOut> destination,
        Func<TIn, TOut> function,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        Map<TIn, TOut, DelegateFunc<TIn, TOut>>(
            pool, source, destination, new DelegateFunc<TIn, TOut>(function), cancellationToken);
    }

    /// <summary>As the overload with a delegate; allocates nothing after warm-up.</summary>
    /// <typeparam name="TIn">Type of the elements.</typeparam>
    /// <typeparam name="TOut">Type of the results.</typeparam>
    /// <typeparam name="TFunc">Type of the function.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="destination">At least as long; may be the source itself, must not overlap it otherwise.</param>
    /// <param name="function">Called once for each element, in no particular order.</param>
    /// <param name="cancellationToken">Stops the loop; the destination is then partly written.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void Map<TIn, TOut, TFunc>(
        this WorkPool pool,
        ReadOnlySpan<TIn> source,
        Span<TOut> destination,
        in TFunc function,
        CancellationToken cancellationToken = default)
        where TFunc : struct, IValueFunc<TIn, TOut>
    {
        ArgumentNullException.ThrowIfNull(pool);
        CheckDestination(source.Length, destination);
        fixed (byte* from = &Unsafe.As<TIn, byte>(ref MemoryMarshal.GetReference(source)))
        fixed (byte* to = &Unsafe.As<TOut, byte>(ref MemoryMarshal.GetReference(destination)))
        {
            RangeLoop.Run<MapFold<TIn, TOut, TFunc>, Nothing>(
                pool,
                new MapFold<TIn, TOut, TFunc>(
                    new Slice<TIn>(from, source.Length), new Slice<TOut>(to, source.Length), function),
                0,
                source.Length,
                cancellationToken);
        }
    }

    /// <summary>Writes the function of each pair of elements at the same place to that place of the destination.</summary>
    /// <typeparam name="T1">Type of the first elements.</typeparam>
    /// <typeparam name="T2">Type of the second elements.</typeparam>
    /// <typeparam name="TOut">Type of the results.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="first">The first elements.</param>
    /// <param name="second">The second elements, as many.</param>
    /// <param name="destination">At least as long; may be one of the sources itself.</param>
    /// <param name="function">Called once for each pair, in no particular order.</param>
    /// <param name="cancellationToken">Stops the loop; the destination is then partly written.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="function"/> is null.</exception>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void Zip<T1, T2, TOut>(
        this WorkPool pool,
        ReadOnlySpan<T1> first,
        ReadOnlySpan<T2> second,
        Span<TOut> destination,
        Func<T1, T2, TOut> function,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        Zip<T1, T2, TOut, DelegateFunc<T1, T2, TOut>>(
            pool, first, second, destination, new DelegateFunc<T1, T2, TOut>(function), cancellationToken);
    }

    /// <summary>As the overload with a delegate; allocates nothing after warm-up.</summary>
    /// <typeparam name="T1">Type of the first elements.</typeparam>
    /// <typeparam name="T2">Type of the second elements.</typeparam>
    /// <typeparam name="TOut">Type of the results.</typeparam>
    /// <typeparam name="TFunc">Type of the function.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="first">The first elements.</param>
    /// <param name="second">The second elements, as many.</param>
    /// <param name="destination">At least as long; may be one of the sources itself.</param>
    /// <param name="function">Called once for each pair, in no particular order.</param>
    /// <param name="cancellationToken">Stops the loop; the destination is then partly written.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void Zip<T1, T2, TOut, TFunc>(
        this WorkPool pool,
        ReadOnlySpan<T1> first,
        ReadOnlySpan<T2> second,
        Span<TOut> destination,
        in TFunc function,
        CancellationToken cancellationToken = default)
        where TFunc : struct, IValueFunc<T1, T2, TOut>
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (first.Length != second.Length)
            throw new ArgumentException("The sources differ in length.", nameof(second));
        CheckDestination(first.Length, destination);
        fixed (byte* a = &Unsafe.As<T1, byte>(ref MemoryMarshal.GetReference(first)))
        fixed (byte* b = &Unsafe.As<T2, byte>(ref MemoryMarshal.GetReference(second)))
        fixed (byte* to = &Unsafe.As<TOut, byte>(ref MemoryMarshal.GetReference(destination)))
        {
            RangeLoop.Run<ZipFold<T1, T2, TOut, TFunc>, Nothing>(
                pool,
                new ZipFold<T1, T2, TOut, TFunc>(
                    new Slice<T1>(a, first.Length),
                    new Slice<T2>(b, first.Length),
                    new Slice<TOut>(to, first.Length),
                    function),
                0,
                first.Length,
                cancellationToken);
        }
    }

    /// <summary>Calls a delegate with consecutive chunks that cover the span.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="chunkSize">Elements per chunk, at least 1; the last may have fewer.</param>
    /// <param name="body">What to call with each chunk, in no particular order.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="body"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="chunkSize"/> is below 1.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void Chunks<T>(
        this WorkPool pool,
        Span<T> source,
        int chunkSize,
        ChunkAction<T> body,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkSize, 1);
        ArgumentNullException.ThrowIfNull(body);
        var chunks = (source.Length + (long)chunkSize - 1) / chunkSize;
        fixed (byte* start = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(source)))
        {
            RangeLoop.Run<ChunkFold<T>, Nothing>(
                pool, new ChunkFold<T>(new Slice<T>(start, source.Length), chunkSize, body), 0, chunks, cancellationToken);
        }
    }

    internal static void CheckDestination<T>(int needed, Span<T> destination)
    {
        if (destination.Length < needed)
            throw new ArgumentException("The destination is too short.", nameof(destination));
    }
}
