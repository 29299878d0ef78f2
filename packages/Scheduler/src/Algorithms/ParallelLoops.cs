using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>Parallel loops over index ranges.</summary>
/// <remarks>
/// A loop called from a worker of the pool runs there and shares with others on demand; called from outside it moves to the
/// pool and its caller blocks. Chunks grow by measured time from the minimum given, so bodies of any length are balanced
/// without tuning; a cancelled token stops each worker after its current chunk. Exceptions of all bodies are collected in
/// one <see cref="AggregateException"/>; the first one stops the loop as a cancellation does.
/// </remarks>
public static class ParallelLoops
{
    /// <summary>Runs the body once for each index.</summary>
    /// <param name="pool">Where.</param>
    /// <param name="fromInclusive">First index.</param>
    /// <param name="toExclusive">One past the last; nothing runs if it is not greater.</param>
    /// <param name="body">What to run, on any worker, in any order.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="body"/> is null.</exception>
    /// <exception cref="AggregateException">Bodies threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void For(
        this WorkPool pool, int fromInclusive, int toExclusive, Action<int> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        For(pool, fromInclusive, toExclusive, new DelegateIndexAction(body), cancellationToken);
    }

    /// <summary>Runs a struct body once for each index; allocates nothing after warm-up.</summary>
    /// <typeparam name="TAction">Type of the body.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="fromInclusive">First index.</param>
    /// <param name="toExclusive">One past the last; nothing runs if it is not greater.</param>
    /// <param name="body">What to run; copied to every worker.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="AggregateException">Bodies threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void For<TAction>(
        this WorkPool pool, int fromInclusive, int toExclusive, in TAction body, CancellationToken cancellationToken = default)
        where TAction : struct, IIndexAction
    {
        ArgumentNullException.ThrowIfNull(pool);
        RangeLoop.Run<IndexActionFold<TAction>, Nothing>(
            pool, new IndexActionFold<TAction>(body), fromInclusive, toExclusive, cancellationToken);
    }

    /// <summary>Runs a struct body over stretches that together cover every index once; allocates nothing after warm-up.</summary>
    /// <typeparam name="TAction">Type of the body.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="fromInclusive">First index.</param>
    /// <param name="toExclusive">One past the last; nothing runs if it is not greater.</param>
    /// <param name="minChunk">Shortest stretch worth a call, at least 1; only the last of a piece may be shorter.</param>
    /// <param name="body">What to run; copied to every worker.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="minChunk"/> is below 1.</exception>
    /// <exception cref="AggregateException">Bodies threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static void ForRange<TAction>(
        this WorkPool pool,
        int fromInclusive,
        int toExclusive,
        int minChunk,
        in TAction body,
        CancellationToken cancellationToken = default)
        where TAction : struct, IRangeAction
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfLessThan(minChunk, 1);
        RangeLoop.Run<RangeActionFold<TAction>, Nothing>(
            pool, new RangeActionFold<TAction>(body), fromInclusive, toExclusive, cancellationToken, minChunk);
    }
}
