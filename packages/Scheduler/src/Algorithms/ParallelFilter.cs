using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>Keeps, in order, the elements that satisfy a predicate, or parts a span by it.</summary>
/// <remarks>
/// The predicate is called once for each element. Blocks are filtered side by side into a rented buffer and then moved to
/// their places, also side by side. Exceptions of all calls surface as one <see cref="AggregateException"/>.
/// </remarks>
public static unsafe class ParallelFilter
{
    /// <summary>Copies the elements that satisfy the predicate, in order.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="predicate">Called once for each element, in no particular order.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The elements kept.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="predicate"/> is null.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static T[] Filter<T>(
        this WorkPool pool, ReadOnlySpan<T> source, Func<T, bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Filter(pool, source, new DelegateFunc<T, bool>(predicate), cancellationToken);
    }

    /// <summary>As the overload with a delegate.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <typeparam name="TFunc">Type of the predicate.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="predicate">Called once for each element, in no particular order.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The elements kept.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static T[] Filter<T, TFunc>(
        this WorkPool pool, ReadOnlySpan<T> source, in TFunc predicate, CancellationToken cancellationToken = default)
        where TFunc : struct, IValueFunc<T, bool>
    {
        ArgumentNullException.ThrowIfNull(pool);
        fixed (byte* start = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(source)))
        {
            using var blocks = new FilterBlocks<T, TFunc>(new Slice<T>(start, source.Length), predicate, pool);
            blocks.Filter(cancellationToken);
            var result = GC.AllocateUninitializedArray<T>(blocks.Kept);
            fixed (byte* to = &Unsafe.As<T, byte>(ref MemoryMarshal.GetArrayDataReference(result)))
                blocks.MoveKept(new Slice<T>(to, result.Length), cancellationToken);
            return result;
        }
    }

    /// <summary>Copies the elements that satisfy the predicate, in order, to a destination.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <typeparam name="TFunc">Type of the predicate.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="destination">Long enough for what is kept; may be the source itself.</param>
    /// <param name="predicate">Called once for each element, in no particular order.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>How many were kept.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short; nothing was written.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static int Filter<T, TFunc>(
        this WorkPool pool,
        ReadOnlySpan<T> source,
        Span<T> destination,
        in TFunc predicate,
        CancellationToken cancellationToken = default)
        where TFunc : struct, IValueFunc<T, bool>
    {
        ArgumentNullException.ThrowIfNull(pool);
        fixed (byte* start = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(source)))
        fixed (byte* to = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(destination)))
        {
            using var blocks = new FilterBlocks<T, TFunc>(new Slice<T>(start, source.Length), predicate, pool);
            blocks.Filter(cancellationToken);
            ParallelSpans.CheckDestination(blocks.Kept, destination);
            blocks.MoveKept(new Slice<T>(to, blocks.Kept), cancellationToken);
            return blocks.Kept;
        }
    }

    /// <summary>
    /// Moves the elements that satisfy the predicate to the front and the others behind them, each group in its old order.
    /// </summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="items">The elements.</param>
    /// <param name="predicate">Called once for each element, in no particular order.</param>
    /// <param name="cancellationToken">
    /// Stops the work while predicates are evaluated, and then nothing has been moved; not afterwards.
    /// </param>
    /// <returns>How many satisfy the predicate.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="predicate"/> is null.</exception>
    /// <exception cref="AggregateException">Calls threw; nothing has been moved.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static int Partition<T>(
        this WorkPool pool, Span<T> items, Func<T, bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Partition(pool, items, new DelegateFunc<T, bool>(predicate), cancellationToken);
    }

    /// <summary>As the overload with a delegate.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <typeparam name="TFunc">Type of the predicate.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="items">The elements.</param>
    /// <param name="predicate">Called once for each element, in no particular order.</param>
    /// <param name="cancellationToken">
    /// Stops the work while predicates are evaluated, and then nothing has been moved; not afterwards.
    /// </param>
    /// <returns>How many satisfy the predicate.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="AggregateException">Calls threw; nothing has been moved.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static int Partition<T, TFunc>(
        this WorkPool pool, Span<T> items, in TFunc predicate, CancellationToken cancellationToken = default)
        where TFunc : struct, IValueFunc<T, bool>
    {
        ArgumentNullException.ThrowIfNull(pool);
        fixed (byte* start = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(items)))
        {
            var slice = new Slice<T>(start, items.Length);
            using var blocks = new FilterBlocks<T, TFunc>(slice, predicate, pool, keepRest: true);
            blocks.Filter(cancellationToken);
            blocks.MoveAll(slice);
            return blocks.Kept;
        }
    }
}
