using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Gabbro.Reactor.Tasks;

/// <summary>
/// What every awaitable operation of a loop shares: a result that one awaiter takes once, a cancellation token, and the
/// rules for using the object again. Completed on the loop's thread only, and the continuation runs right there: no
/// queue, no other thread, no allocation.
/// </summary>
/// <remarks>
/// The life of one use: <see cref="Begin"/> makes it busy; the completion sets the result; <see cref="GetResult"/>, called by
/// the awaiter, takes it and makes the object free. The version in every ValueTask makes a second await of the same use
/// throw instead of taking the result of the next one.
/// </remarks>
internal struct AwaitableCore<TResult>
{
    private ManualResetValueTaskSourceCore<TResult> _core;
    private CancellationTokenRegistration _registration;

    /// <summary>True from the start of a use until its result was taken.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>The token of this use.</summary>
    public CancellationToken Token { get; private set; }

    /// <summary>The version of this use.</summary>
    public readonly short Version => _core.Version;

    /// <summary>Starts a use.</summary>
    /// <param name="owner">The object that <paramref name="onCanceled"/> is given.</param>
    /// <param name="onCanceled">Called on any thread when the token is canceled; it must bring itself to the loop.</param>
    /// <param name="cancellationToken">The token.</param>
    public void Begin(object owner, Action<object?> onCanceled, CancellationToken cancellationToken)
    {
        IsBusy = true;
        Token = cancellationToken;
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.UnsafeRegister(onCanceled, owner);
    }

    public void SetResult(TResult result)
    {
        _registration.Dispose();
        _registration = default;
        _core.SetResult(result);
    }

    public void SetException(Exception exception)
    {
        _registration.Dispose();
        _registration = default;
        _core.SetException(exception);
    }

    public TResult GetResult(short token)
    {
        // A wrong token must throw before anything is reset: it belongs to another use.
        ValueTaskSourceStatus status = _core.GetStatus(token);
        if (status == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The operation has not completed: await it, once.");
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            IsBusy = false;
            Token = default;
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <summary>
    /// Registers the continuation. The scheduling context is left out on purpose: the operation completes on the loop's
    /// thread, so there is nowhere to go and no queue to wait in.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);
}
