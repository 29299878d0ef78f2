using System.Threading.Tasks.Sources;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Time;

/// <summary>One <see cref="EventLoop.DelayAsync"/>; goes back to its loop's stock when its result was taken.</summary>
internal sealed class DelayOperation(EventLoop loop) : WheelTimer, IValueTaskSource
{
    private static readonly Action<object?> CanceledAnywhere = static state => ((DelayOperation)state!).PostCancel();

    private AwaitableCore<bool> _core;

    public ValueTask Begin(TimeSpan time, CancellationToken cancellationToken)
    {
        loop.StartTimer(this, time);
        _core.Begin(this, CanceledAnywhere, cancellationToken);
        return new ValueTask(this, _core.Version);
    }

    public void GetResult(short token)
    {
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            if (!_core.IsBusy)
                loop.Return(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    protected internal override void OnExpired() => _core.SetResult(true);

    private void PostCancel()
    {
        short version = _core.Version;
        loop.TryPost(new WorkItem(() => Cancel(version), null));
    }

    private void Cancel(short version)
    {
        if (_core.Version == version && loop.CancelTimer(this))
            _core.SetException(new OperationCanceledException(_core.Token));
    }
}
