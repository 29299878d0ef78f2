using Gabbro.Platform;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>A stream socket of the system, watched by a poller.</summary>
internal sealed class SocketStream : ReadinessStream
{
    private readonly PollerBackend _backend;
    private readonly SocketHandle _socket;

    public SocketStream(PollerBackend backend, EventLoop loop, SocketHandle socket)
        : base(loop)
    {
        _backend = backend;
        _socket = socket;
        try
        {
            backend.Watch(socket, Token, PollInterest.Readable | PollInterest.Writable | PollInterest.ReadClosed);
        }
        catch
        {
            loop.Devices.Remove(Token);
            throw;
        }
    }

    protected override bool IsShortReadProof => _backend.IsShortReadProof;

    /// <summary>The connect that waits for this socket.</summary>
    public IoOperation? Connecting { get; set; }

    public override SocketHandle Socket => _socket;

    public override SocketEndpoint RemoteAddress =>
        !IsClosed && !_socket.TryGetPeerAddress(out SocketEndpoint address).IsError ? address : default;

    public override SocketEndpoint LocalAddress => IsClosed ? default : _socket.GetLocalAddress();

    /// <summary>A fresh connection has room; waiting for the edge that says so would cost a turn.</summary>
    public void AssumeConnected() => Assume(Ready.Writable);

    public override void OnReady(Ready ready)
    {
        if (Connecting is { } connecting)
        {
            if ((ready & (Ready.Writable | Ready.ReadClosed)) == 0)
                return;
            Connecting = null;
            connecting.Error = _socket.TakeError();
            Assume(ready);
            connecting.OnCompleted();
            return;
        }

        base.OnReady(ready);
    }

    public override void Cancel(IoOperation operation)
    {
        if (ReferenceEquals(operation, Connecting))
        {
            Connecting = null;
            operation.Error = SystemErrors.Canceled;
            operation.OnCompleted();
            return;
        }

        base.Cancel(operation);
    }

    public override void Shutdown(SocketShutdown how) => _socket.Shutdown(how);

    public override void ResetOnClose() => _socket.SetLinger(0);

    protected override Outcome TryReceive(Span<byte> buffer, out int count, out NativeError error)
    {
        return Finish(_socket.Receive(buffer), out count, out error);
    }

    protected override Outcome TryReceiveScattered(ReceiveOperation operation, out int count, out NativeError error) =>
        Finish(SocketTransfer.ReceiveScattered(_socket, operation), out count, out error);

    private Outcome Finish(SocketResult result, out int count, out NativeError error)
    {
        count = result.Count;
        error = default;
        if (result.IsSuccess)
            return Outcome.Done;
        if (result.WouldBlock)
        {
            _backend.AwaitEdge(_socket);
            return Outcome.WouldBlock;
        }

        error = result.Error;
        return Outcome.Done;
    }

    protected override Outcome TrySend(SendOperation operation, out int count, out NativeError error)
    {
        if (SocketTransfer.TrySend(_socket, operation, out count, out error))
            return Outcome.Done;
        _backend.AwaitEdge(_socket);
        return Outcome.WouldBlock;
    }

    protected override void CloseDescriptor()
    {
        _backend.Unwatch(_socket, Token);
        _socket.Dispose();
        if (Connecting is not { } connecting)
            return;
        Connecting = null;
        connecting.Error = SystemErrors.Canceled;
        Loop.Complete(connecting);
    }
}
