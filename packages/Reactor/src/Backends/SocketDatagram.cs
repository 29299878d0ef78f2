using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>A datagram socket of the system, watched by a poller.</summary>
internal sealed class SocketDatagram : ReadinessDatagram
{
    private readonly PollerBackend _backend;
    private readonly SocketHandle _socket;

    public SocketDatagram(PollerBackend backend, EventLoop loop, SocketHandle socket)
        : base(loop)
    {
        _backend = backend;
        _socket = socket;
        LocalAddress = socket.GetLocalAddress();
        try
        {
            backend.Watch(socket, Token, PollInterest.Readable | PollInterest.Writable);
        }
        catch
        {
            loop.Devices.Remove(Token);
            throw;
        }
    }

    public override SocketEndpoint LocalAddress { get; }

    public override SocketHandle Socket => _socket;

    protected override bool TryReceive(DatagramOperation operation)
    {
        SocketResult result = _socket.ReceiveFrom(operation.Buffer.Span, out operation.Address);
        return Finish(operation, result);
    }

    protected override bool TrySend(DatagramOperation operation)
    {
        SocketResult result = operation.Address.Family == default
            ? _socket.Send(operation.Buffer.Span)
            : _socket.SendTo(operation.Buffer.Span, operation.Address);
        return Finish(operation, result);
    }

    protected override void CloseDescriptor()
    {
        _backend.Unwatch(_socket, Token);
        _socket.Dispose();
    }

    private bool Finish(DatagramOperation operation, SocketResult result)
    {
        operation.Count = result.Count;
        if (result.IsSuccess)
            return true;
        if (result.WouldBlock)
        {
            _backend.AwaitEdge(_socket);
            return false;
        }

        operation.Error = result.Error;
        return true;
    }
}
