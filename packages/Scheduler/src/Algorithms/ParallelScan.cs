using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>Prefix sums over any associative operation.</summary>
/// <remarks>
/// One pass over memory where possible: workers take blocks in order; a worker whose block's predecessor is finished scans
/// at once, otherwise it first reduces its block, waits for the prefix and scans the block while it is still in cache
/// (D. Merrill and M. Garland, "Single-pass Parallel Prefix Scan with Decoupled Look-back", 2016). So the operation is
/// called between once and twice per element, and two workers already beat one. The operation must be associative; it need
/// not commute. Exceptions of all calls surface as one <see cref="AggregateException"/>.
/// </remarks>
public static unsafe class ParallelScan
{
    /// <summary>Writes to each place the combination of all elements up to and with the one there.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="destination">At least as long; may be the source itself, must not overlap it otherwise.</param>
    /// <param name="combine">The operation.</param>
    /// <param name="cancellationToken">Stops the scan; the destination is then partly written.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="combine"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void InclusiveScan<T>(
        this WorkPool pool,
        ReadOnlySpan<T> source,
        Span<T> destination,
        Func<T, T, T> combine,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(combine);
        InclusiveScan(pool, source, destination, new DelegateFunc<T, T, T>(combine), cancellationToken);
    }

    /// <summary>As the overload with a delegate.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <typeparam name="TFunc">Type of the operation.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="destination">At least as long; may be the source itself, must not overlap it otherwise.</param>
    /// <param name="combine">The operation.</param>
    /// <param name="cancellationToken">Stops the scan; the destination is then partly written.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void InclusiveScan<T, TFunc>(
        this WorkPool pool,
        ReadOnlySpan<T> source,
        Span<T> destination,
        in TFunc combine,
        CancellationToken cancellationToken = default)
        where TFunc : struct, IValueFunc<T, T, T> =>
        Scan(pool, source, destination, default!, combine, inclusive: true, cancellationToken);

    /// <summary>Writes to each place the combination of the identity and all elements before the one there.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="destination">At least as long; may be the source itself, must not overlap it otherwise.</param>
    /// <param name="identity">What the first place gets.</param>
    /// <param name="combine">The operation.</param>
    /// <param name="cancellationToken">Stops the scan; the destination is then partly written.</param>
    /// <returns>The combination of everything, which is what a further place would have got.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="combine"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static T ExclusiveScan<T>(
        this WorkPool pool,
        ReadOnlySpan<T> source,
        Span<T> destination,
        T identity,
        Func<T, T, T> combine,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(combine);
        return ExclusiveScan(pool, source, destination, identity, new DelegateFunc<T, T, T>(combine), cancellationToken);
    }

    /// <summary>As the overload with a delegate.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <typeparam name="TFunc">Type of the operation.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="destination">At least as long; may be the source itself, must not overlap it otherwise.</param>
    /// <param name="identity">What the first place gets.</param>
    /// <param name="combine">The operation.</param>
    /// <param name="cancellationToken">Stops the scan; the destination is then partly written.</param>
    /// <returns>The combination of everything, which is what a further place would have got.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="AggregateException">Calls threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static T ExclusiveScan<T, TFunc>(
        this WorkPool pool,
        ReadOnlySpan<T> source,
        Span<T> destination,
        T identity,
        in TFunc combine,
        CancellationToken cancellationToken = default)
        where TFunc : struct, IValueFunc<T, T, T> =>
        Scan(pool, source, destination, identity, combine, inclusive: false, cancellationToken);

    private static T Scan<T, TFunc>(
        WorkPool pool,
        ReadOnlySpan<T> source,
        Span<T> destination,
        T identity,
        in TFunc combine,
        bool inclusive,
        CancellationToken cancellationToken)
        where TFunc : struct, IValueFunc<T, T, T>
    {
        ArgumentNullException.ThrowIfNull(pool);
        ParallelSpans.CheckDestination(source.Length, destination);
        cancellationToken.ThrowIfCancellationRequested();
        if (source.IsEmpty)
            return identity;
        fixed (byte* from = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(source)))
        fixed (byte* to = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(destination)))
        {
            var scan = new ScanState<T, TFunc>(
                new Slice<T>(from, source.Length), new Slice<T>(to, source.Length), identity, combine, inclusive);

            // One participant per worker; each takes blocks until there are none. Fewer may come, one is enough.
            RangeLoop.Run<ScanFold<T, TFunc>, Jobs.Nothing>(
                pool, new ScanFold<T, TFunc>(scan), 0, Math.Min(pool.ThreadCount, scan.BlockCount), cancellationToken, eager: true);
            return scan.Total;
        }
    }
}
