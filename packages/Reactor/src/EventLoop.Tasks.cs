using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor;

public sealed partial class EventLoop
{
    private object?[] _locals = [];

    /// <summary>Lets the rest of the loop have a turn: <c>await loop.Yield();</c>. Allocates nothing.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public YieldAwaitable Yield()
    {
        VerifyAccess();
        return new YieldAwaitable(this);
    }

    /// <summary>Runs an operation that takes a token, and cancels it when it takes too long.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <param name="operation">The operation; it is waited for even when it is canceled, so that nothing of it is left behind.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Cancels it from outside.</param>
    /// <returns>Its result.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="operation"/> is null.</exception>
    /// <exception cref="TimeoutException">It took too long, and honoured its token.</exception>
    /// <exception cref="OperationCanceledException">The token from outside was canceled.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public async ValueTask<TResult> WithTimeoutAsync<TResult>(
        Func<CancellationToken, ValueTask<TResult>> operation, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operation);
        VerifyAccess();
        using CancellationTokenSource late = new(timeout, TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await operation(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The operation did not end within {timeout}.");
        }
    }

    /// <summary>
    /// Starts several operations and takes the result of the first that succeeds; the others are canceled and waited for, so
    /// that nothing of them is left behind.
    /// </summary>
    /// <typeparam name="TResult">The type of their results.</typeparam>
    /// <param name="operations">The operations, at least one.</param>
    /// <param name="cancellationToken">Cancels them all from outside.</param>
    /// <returns>Which one won, and its result.</returns>
    /// <exception cref="ArgumentException">There is no operation.</exception>
    /// <exception cref="AggregateException">All of them failed.</exception>
    /// <exception cref="OperationCanceledException">The token from outside was canceled.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public async ValueTask<(int Index, TResult Result)> WhenAnyAsync<TResult>(
        IReadOnlyList<Func<CancellationToken, ValueTask<TResult>>> operations, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentOutOfRangeException.ThrowIfZero(operations.Count, nameof(operations));
        VerifyAccess();
        using CancellationTokenSource rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<TResult>> running = [.. operations.Select(operation => StartAsync(operation, rest.Token))];
        Task<TResult>[] all = [.. running];
        Task<TResult>? winner = null;
        while (winner is null && running.Count > 0)
        {
            Task<TResult> ended = await Task.WhenAny(running);
            running.Remove(ended);
            if (ended.IsCompletedSuccessfully)
                winner = ended;
        }

        await rest.CancelAsync();
        await ((Task)Task.WhenAll(all)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (winner is not null)
            return (Array.IndexOf(all, winner), await winner);
        cancellationToken.ThrowIfCancellationRequested();
        throw new AggregateException(all.Select(task => task.Exception?.InnerException ?? new OperationCanceledException()));
    }

    /// <summary>The place of one <see cref="LoopLocal{T}"/>. Only the loop's thread.</summary>
    internal ref object? LocalSlot(int index)
    {
        if (index >= _locals.Length)
            Array.Resize(ref _locals, Math.Max(8, index * 2 + 1));
        return ref _locals[index];
    }

    /// <summary>Turns an exception at the start of an operation into a task that failed.</summary>
    private static async Task<TResult> StartAsync<TResult>(Func<CancellationToken, ValueTask<TResult>> operation, CancellationToken cancellationToken) =>
        await operation(cancellationToken);
}
