using System.Threading.Tasks.Sources;

namespace Gabbro.Reactor.Tasks;

/// <summary>A wait that a token can end and that an exception can end, for one waiter at a time; used again and again.</summary>
internal sealed class LoopGate(EventLoop loop, string busy) : IValueTaskSource
{
    private static readonly Action<object?> CanceledAnywhere = static state => ((LoopGate)state!).PostCancel();

    private AwaitableCore<bool> _core;

    /// <summary>True while somebody waits and was not told.</summary>
    public bool IsAwaited { get; private set; }

    /// <summary>Throws when somebody waits, or has not taken what they waited for.</summary>
    public void CheckFree()
    {
        if (_core.IsBusy)
            throw new InvalidOperationException(busy);
    }

    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        IsAwaited = true;
        _core.Begin(this, CanceledAnywhere, cancellationToken);
        return new ValueTask(this, _core.Version);
    }

    /// <summary>Lets the waiter go on, on this stack.</summary>
    public void Open()
    {
        if (!IsAwaited)
            return;
        IsAwaited = false;
        _core.SetResult(true);
    }

    /// <summary>Lets the waiter fail, on this stack.</summary>
    public void Fail(Exception reason)
    {
        if (!IsAwaited)
            return;
        IsAwaited = false;
        _core.SetException(reason);
    }

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void PostCancel()
    {
        short version = _core.Version;
        loop.TryPost(new WorkItem(() => Cancel(version), null));
    }

    private void Cancel(short version)
    {
        if (IsAwaited && _core.Version == version)
            Fail(new OperationCanceledException(_core.Token));
    }
}
