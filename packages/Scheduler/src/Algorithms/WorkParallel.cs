using Gabbro.Scheduler.Integration;
using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>
/// The shapes of <see cref="Parallel"/> on a work-stealing pool: porting a loop is renaming the class. Runs on
/// <see cref="WorkPool.Shared"/>, or on the pool of the <see cref="PoolTaskScheduler"/> in the options.
/// </summary>
/// <remarks>
/// <para>Differences: <c>Break</c> takes the index of the calling body, and a local value is made for each stretch that a
/// worker runs in one go, as often as it pays, not once per task.</para>
/// <para>Exceptions of all bodies surface as one <see cref="AggregateException"/>; if all of them are cancellations by the
/// options' token, as one <see cref="OperationCanceledException"/>.</para>
/// </remarks>
public static class WorkParallel
{
    private static readonly ParallelOptions s_defaults = new();

    /// <summary>Runs the body once for each index.</summary>
    /// <param name="fromInclusive">First index.</param>
    /// <param name="toExclusive">One past the last.</param>
    /// <param name="body">The body.</param>
    /// <returns>How the loop ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="AggregateException">Bodies threw.</exception>
    public static LoopResult For(int fromInclusive, int toExclusive, Action<int> body) =>
        For(fromInclusive, toExclusive, s_defaults, body);

    /// <summary>Runs the body once for each index.</summary>
    /// <param name="fromInclusive">First index.</param>
    /// <param name="toExclusive">One past the last.</param>
    /// <param name="parallelOptions">Token, greatest degree of parallelism, and scheduler.</param>
    /// <param name="body">The body.</param>
    /// <returns>How the loop ended.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="AggregateException">Bodies threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LoopResult For(int fromInclusive, int toExclusive, ParallelOptions parallelOptions, Action<int> body)
    {
        ArgumentNullException.ThrowIfNull(parallelOptions);
        ArgumentNullException.ThrowIfNull(body);
        RangeLoop.Run<IndexActionFold<DelegateIndexAction>, Nothing>(
            PoolOf(parallelOptions),
            new IndexActionFold<DelegateIndexAction>(new DelegateIndexAction(body)),
            fromInclusive,
            toExclusive,
            parallelOptions.CancellationToken,
            degree: parallelOptions.MaxDegreeOfParallelism);
        return new LoopResult(true, null);
    }

    /// <summary>Runs the body once for each index, until it says to stop.</summary>
    /// <param name="fromInclusive">First index.</param>
    /// <param name="toExclusive">One past the last.</param>
    /// <param name="body">The body.</param>
    /// <returns>How the loop ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="AggregateException">Bodies threw.</exception>
    public static LoopResult For(int fromInclusive, int toExclusive, Action<int, LoopState> body) =>
        For(fromInclusive, toExclusive, s_defaults, body);

    /// <summary>Runs the body once for each index, until it says to stop.</summary>
    /// <param name="fromInclusive">First index.</param>
    /// <param name="toExclusive">One past the last.</param>
    /// <param name="parallelOptions">Token, greatest degree of parallelism, and scheduler.</param>
    /// <param name="body">The body.</param>
    /// <returns>How the loop ended.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="AggregateException">Bodies threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LoopResult For(
        int fromInclusive, int toExclusive, ParallelOptions parallelOptions, Action<int, LoopState> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return For<Nothing>(
            fromInclusive,
            toExclusive,
            parallelOptions,
            static () => default,
            (i, state, _) =>
            {
                body(i, state);
                return default;
            },
            static _ => { });
    }

    /// <summary>Runs the body once for each index, with a local value per stretch.</summary>
    /// <typeparam name="TLocal">Type of the local value.</typeparam>
    /// <param name="fromInclusive">First index.</param>
    /// <param name="toExclusive">One past the last.</param>
    /// <param name="localInit">Makes a local value.</param>
    /// <param name="body">The body, which returns the local value for the next index.</param>
    /// <param name="localFinally">Takes the last local value of a stretch; called on several workers at once.</param>
    /// <returns>How the loop ended.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="AggregateException">Bodies threw.</exception>
    public static LoopResult For<TLocal>(
        int fromInclusive,
        int toExclusive,
        Func<TLocal> localInit,
        Func<int, LoopState, TLocal, TLocal> body,
        Action<TLocal> localFinally) =>
        For(fromInclusive, toExclusive, s_defaults, localInit, body, localFinally);

    /// <summary>Runs the body once for each index, with a local value per stretch.</summary>
    /// <typeparam name="TLocal">Type of the local value.</typeparam>
    /// <param name="fromInclusive">First index.</param>
    /// <param name="toExclusive">One past the last.</param>
    /// <param name="parallelOptions">Token, greatest degree of parallelism, and scheduler.</param>
    /// <param name="localInit">Makes a local value.</param>
    /// <param name="body">The body, which returns the local value for the next index.</param>
    /// <param name="localFinally">Takes the last local value of a stretch; called on several workers at once.</param>
    /// <returns>How the loop ended.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="AggregateException">Bodies threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LoopResult For<TLocal>(
        int fromInclusive,
        int toExclusive,
        ParallelOptions parallelOptions,
        Func<TLocal> localInit,
        Func<int, LoopState, TLocal, TLocal> body,
        Action<TLocal> localFinally)
    {
        ArgumentNullException.ThrowIfNull(parallelOptions);
        ArgumentNullException.ThrowIfNull(localInit);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(localFinally);
        return RangeLoop.RunStateful(
            PoolOf(parallelOptions),
            state => new StatefulFold<TLocal>(state, localInit, body, localFinally),
            fromInclusive,
            toExclusive,
            parallelOptions);
    }

    /// <summary>Runs the body once for each element of a sequence, which is enumerated under a lock.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="source">The sequence.</param>
    /// <param name="body">The body.</param>
    /// <returns>How the loop ended.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="AggregateException">Bodies or the enumerator threw.</exception>
    public static LoopResult ForEach<T>(IEnumerable<T> source, Action<T> body) => ForEach(source, s_defaults, body);

    /// <summary>Runs the body once for each element of a sequence, which is enumerated under a lock.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="source">The sequence.</param>
    /// <param name="parallelOptions">Token, greatest degree of parallelism, and scheduler.</param>
    /// <param name="body">The body.</param>
    /// <returns>How the loop ended.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="AggregateException">Bodies or the enumerator threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LoopResult ForEach<T>(IEnumerable<T> source, ParallelOptions parallelOptions, Action<T> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return ForEach(source, parallelOptions, (item, _) => body(item));
    }

    /// <summary>Runs the body once for each element of a sequence, until it says to stop.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="source">The sequence, enumerated under a lock.</param>
    /// <param name="parallelOptions">Token, greatest degree of parallelism, and scheduler.</param>
    /// <param name="body">The body; only <see cref="LoopState.Stop"/> makes sense, as the elements have no index.</param>
    /// <returns>How the loop ended.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="AggregateException">Bodies or the enumerator threw.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LoopResult ForEach<T>(IEnumerable<T> source, ParallelOptions parallelOptions, Action<T, LoopState> body)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(parallelOptions);
        ArgumentNullException.ThrowIfNull(body);
        var pool = PoolOf(parallelOptions);
        using var enumerator = source.GetEnumerator();
        var shared = new SequenceSource<T>(enumerator);
        var participants = parallelOptions.MaxDegreeOfParallelism == -1
            ? pool.ThreadCount
            : Math.Min(pool.ThreadCount, parallelOptions.MaxDegreeOfParallelism);
        return RangeLoop.RunStateful(
            pool, state => new SequenceFold<T>(shared, state, body), 0, participants, parallelOptions, eager: true);
    }

    /// <summary>Runs the body once for each element, asynchronously, on the pool.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="source">The elements.</param>
    /// <param name="parallelOptions">Token, greatest degree of parallelism, and scheduler.</param>
    /// <param name="body">The body; what follows its awaits runs on the pool too.</param>
    /// <returns>Completes when all have ended.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static Task ForEachAsync<T>(
        IEnumerable<T> source, ParallelOptions parallelOptions, Func<T, CancellationToken, ValueTask> body)
    {
        ArgumentNullException.ThrowIfNull(parallelOptions);
        return Parallel.ForEachAsync(source, OnPool(parallelOptions), body);
    }

    /// <summary>Runs the body once for each element of an asynchronous sequence, asynchronously, on the pool.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="source">The elements.</param>
    /// <param name="parallelOptions">Token, greatest degree of parallelism, and scheduler.</param>
    /// <param name="body">The body; what follows its awaits runs on the pool too.</param>
    /// <returns>Completes when all have ended.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static Task ForEachAsync<T>(
        IAsyncEnumerable<T> source, ParallelOptions parallelOptions, Func<T, CancellationToken, ValueTask> body)
    {
        ArgumentNullException.ThrowIfNull(parallelOptions);
        return Parallel.ForEachAsync(source, OnPool(parallelOptions), body);
    }

    /// <summary>Runs all actions, in parallel as far as workers are free.</summary>
    /// <param name="actions">The actions.</param>
    /// <exception cref="ArgumentNullException"><paramref name="actions"/> is null.</exception>
    /// <exception cref="ArgumentException">An action is null.</exception>
    /// <exception cref="AggregateException">Actions threw.</exception>
    public static void Invoke(params Action[] actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (Array.IndexOf(actions, null) >= 0)
            throw new ArgumentException("An action is null.", nameof(actions));
        var copy = (Action[])actions.Clone();
        RangeLoop.Run<IndexActionFold<InvokeAction>, Nothing>(
            WorkPool.Shared,
            new IndexActionFold<InvokeAction>(new InvokeAction(copy)),
            0,
            copy.Length,
            CancellationToken.None,
            eager: true);
    }

    private static WorkPool PoolOf(ParallelOptions options) =>
        options.TaskScheduler is PoolTaskScheduler scheduler ? scheduler.Pool : WorkPool.Shared;

    private static ParallelOptions OnPool(ParallelOptions options) => new()
    {
        CancellationToken = options.CancellationToken,
        MaxDegreeOfParallelism = options.MaxDegreeOfParallelism,
        TaskScheduler = PoolOf(options).TaskScheduler,
    };
}
