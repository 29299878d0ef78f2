using System.Threading.Tasks.Sources;
using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Net;

/// <summary>One connect.</summary>
internal sealed class ConnectAwaitable(EventLoop loop, SocketEndpoint address) : IoOperation, IValueTaskSource<StreamSocket>
{
    private static readonly Action<object?> CanceledAnywhere = static state => ((ConnectAwaitable)state!).PostCancel();

    private AwaitableCore<StreamSocket> _core;
    private StreamDevice _device = null!;
    private bool _outstanding;

    public ValueTask<StreamSocket> Start(StreamOptions options, CancellationToken cancellationToken)
    {
        if (loop.BackendImplementation.Connect(address, options, this, out _device))
            return Ended() is { } failure ? ValueTask.FromException<StreamSocket>(failure) : new ValueTask<StreamSocket>(new StreamSocket(_device));
        _outstanding = true;
        _core.Begin(this, CanceledAnywhere, cancellationToken);
        return new ValueTask<StreamSocket>(this, _core.Version);
    }

    public override void OnCompleted()
    {
        _outstanding = false;
        if (Ended() is { } failure)
            _core.SetException(failure);
        else
            _core.SetResult(new StreamSocket(_device));
    }

    public StreamSocket GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private Exception? Ended()
    {
        if (!Error.IsError)
            return null;
        _device.Close();
        if (Error.Kind != ErrorKind.Canceled)
            return new PlatformException("connect", address.ToString(), Error);
        return _core.Token.IsCancellationRequested ? new OperationCanceledException(_core.Token)
            : new ObjectDisposedException(nameof(EventLoop), "The loop was disposed while a connect was pending.");
    }

    private void PostCancel()
    {
        short version = _core.Version;
        loop.TryPost(new WorkItem(() => Cancel(version), null));
    }

    private void Cancel(short version)
    {
        if (_outstanding && _core.Version == version)
            _device.Cancel(this);
    }
}
