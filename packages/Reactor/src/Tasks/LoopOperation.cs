using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Gabbro.Reactor.Tasks;

/// <summary>
/// Stands between an async method and whoever awaits it: the awaiter resumes on the stack of the completion, although the
/// method's own task would post it to the synchronization context, which costs a turn and an allocation.
/// </summary>
/// <remarks>The inner method must complete on the loop's thread. Used again and again; one use at a time.</remarks>
internal sealed class LoopOperation<TResult> : IValueTaskSource<TResult>
{
    private static readonly Action<object?> Never = static _ => { };

    private readonly Action _ended;
    private readonly Stack<LoopOperation<TResult>>? _stock;
    private AwaitableCore<TResult> _core;
    private ConfiguredValueTaskAwaitable<TResult>.ConfiguredValueTaskAwaiter _inner;

    /// <summary>An operation that goes back to a stock, if there is one, when its result was taken.</summary>
    public LoopOperation(Stack<LoopOperation<TResult>>? stock = null)
    {
        _stock = stock;
        _ended = Ended;
    }

    public bool IsBusy => _core.IsBusy;

    /// <summary>Passes a task on; the operation itself is used only when the task has not completed.</summary>
    public ValueTask<TResult> Start(ValueTask<TResult> inner)
    {
        if (inner.IsCompleted)
        {
            _stock?.Push(this);
            return inner;
        }

        _core.Begin(this, Never, CancellationToken.None);
        _inner = inner.ConfigureAwait(false).GetAwaiter();
        _inner.UnsafeOnCompleted(_ended);
        return new ValueTask<TResult>(this, _core.Version);
    }

    public TResult GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            if (!_core.IsBusy)
                _stock?.Push(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Ended()
    {
        TResult result = default!;
        Exception? failure = null;
        try
        {
            result = _inner.GetResult();
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        // Outside the try: what the continuation throws is not the operation's.
        _inner = default;
        if (failure is null)
            _core.SetResult(result);
        else
            _core.SetException(failure);
    }
}
