using System.Threading.Tasks.Sources;
using Gabbro.Platform;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Net;

/// <summary>The accept of one listener, used again and again.</summary>
internal sealed class AcceptAwaitable(StreamListener listener) : AcceptOperation, IValueTaskSource<StreamSocket>
{
    private static readonly Action<object?> CanceledAnywhere = static state => ((AcceptAwaitable)state!).PostCancel();

    private AwaitableCore<StreamSocket> _core;
    private bool _outstanding;

    public bool IsBusy => _core.IsBusy;

    public ValueTask<StreamSocket> Start(CancellationToken cancellationToken)
    {
        if (listener.Device.Accept(this))
        {
            return Ended(out StreamSocket? connection) is { } failure
                ? ValueTask.FromException<StreamSocket>(failure) : new ValueTask<StreamSocket>(connection!);
        }

        _outstanding = true;
        _core.Begin(this, CanceledAnywhere, cancellationToken);
        return new ValueTask<StreamSocket>(this, _core.Version);
    }

    public override void OnCompleted()
    {
        _outstanding = false;
        if (Ended(out StreamSocket? connection) is { } failure)
            _core.SetException(failure);
        else
            _core.SetResult(connection!);
    }

    public StreamSocket GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private Exception? Ended(out StreamSocket? connection)
    {
        connection = Error.IsError ? null : new StreamSocket(Accepted!);
        Accepted = null;
        if (!Error.IsError)
            return null;
        if (Error.Kind != ErrorKind.Canceled)
            return new PlatformException("accept", listener.LocalAddress.ToString(), Error);
        return _core.Token.IsCancellationRequested ? new OperationCanceledException(_core.Token)
            : new ObjectDisposedException(nameof(StreamListener), "The listener was closed while an accept was pending.");
    }

    private void PostCancel()
    {
        short version = _core.Version;
        listener.Loop.TryPost(new WorkItem(() => Cancel(version), null));
    }

    private void Cancel(short version)
    {
        if (_outstanding && _core.Version == version)
            listener.Device.Cancel(this);
    }
}
