using Gabbro.Platform;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Backends;

/// <summary>A listening socket of the system, watched by a poller.</summary>
internal sealed class SocketListener : ReadinessListener
{
    private readonly PollerBackend _backend;
    private readonly SocketHandle _socket;
    private readonly StreamOptions _streamOptions;
    private readonly SocketFamily _family;

    public SocketListener(PollerBackend backend, EventLoop loop, SocketHandle socket, StreamOptions streamOptions)
        : base(loop)
    {
        _backend = backend;
        _socket = socket;
        _streamOptions = streamOptions;
        LocalAddress = socket.GetLocalAddress();
        _family = LocalAddress.Family;
        try
        {
            backend.Watch(socket, Token, PollInterest.Readable);
        }
        catch
        {
            loop.Devices.Remove(Token);
            throw;
        }
    }

    public override SocketEndpoint LocalAddress { get; }

    protected override bool TryAccept(out StreamDevice? stream, out SocketEndpoint peer, out NativeError error)
    {
        stream = null;
        error = default;
        SocketResult result = _socket.Accept(out SocketHandle? connection, out peer);
        if (!result.IsSuccess)
        {
            error = result.Error;
            if (result.WouldBlock)
                _backend.AwaitEdge(_socket);
            return !result.WouldBlock;
        }

        SocketSetup.Apply(connection!, _family, _streamOptions);
        SocketStream accepted = PollerBackend.Guard(connection!, () => new SocketStream(_backend, Loop, connection!));
        accepted.AssumeConnected();
        stream = accepted;
        return true;
    }

    protected override void CloseDescriptor()
    {
        _backend.Unwatch(_socket, Token);
        _socket.Dispose();
    }
}
