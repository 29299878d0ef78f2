using Gabbro.Platform;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Backends;

/// <summary>
/// A listening socket on a ring: one entry accepts again and again. Connections accepted before anybody asked wait here;
/// past <see cref="KeptConnections"/> the kernel is told to stop, and the others wait in its queue.
/// </summary>
internal sealed class RingListener : ReadinessListener, IRingDevice
{
    private const int KeptConnections = 64;

    private readonly RingBackend _backend;
    private readonly SocketHandle _socket;
    private readonly StreamOptions _streamOptions;
    private readonly SocketFamily _family;
    private readonly Queue<int> _accepted = new();
    private readonly int _slot;
    private int _inFlight;
    private bool _accepting;
    private bool _stopping;

    public RingListener(RingBackend backend, EventLoop loop, SocketHandle socket, StreamOptions streamOptions)
        : base(loop)
    {
        _backend = backend;
        _socket = socket;
        _streamOptions = streamOptions;
        LocalAddress = socket.GetLocalAddress();
        _family = LocalAddress.Family;
        _slot = backend.Register(this);
        StartAccepting();
    }

    public override SocketEndpoint LocalAddress { get; }

    public void OnCompletion(RingRequest request, in RingCompletion completion)
    {
        if (!completion.HasMore)
            _inFlight--;
        if (request == RingRequest.Accept)
            OnAccepted(completion);
        if (IsClosed && _inFlight == 0)
            Release();
    }

    protected override bool TryAccept(out StreamDevice? stream, out SocketEndpoint peer, out NativeError error)
    {
        stream = null;
        peer = default;
        error = default;
        SocketHandle connection;
        if (_accepted.TryDequeue(out int descriptor))
        {
            connection = SocketHandle.FromDescriptor(descriptor);
            connection.TryGetPeerAddress(out peer);
        }
        else
        {
            // Without an entry under way this finds out what the kernel would have told: a connection, none, or that there
            // are no descriptors. With one it takes what has come since the last wait.
            SocketResult result = _socket.Accept(out SocketHandle? accepted, out peer);
            if (!result.IsSuccess)
            {
                error = result.Error;
                if (result.WouldBlock && !_accepting)
                    StartAccepting();
                return !result.WouldBlock;
            }

            connection = accepted!;
        }

        SocketSetup.Apply(connection, _family, _streamOptions);
        stream = PollerBackend.Guard(connection, () => new RingStream(_backend, Loop, connection));
        return true;
    }

    protected override void CloseDescriptor()
    {
        // What nobody will serve is closed; the peer sees the end. The queue of the kernel meets the same fate.
        while (_accepted.TryDequeue(out int descriptor))
            SocketHandle.FromDescriptor(descriptor).Dispose();
        if (_accepting && !_stopping)
            StopAccepting();
        if (_inFlight == 0)
            Release();
        else if (_backend.TrySubmitAll())
            _socket.Dispose();
    }

    private void OnAccepted(in RingCompletion completion)
    {
        if (!completion.HasMore)
            _accepting = _stopping = false;
        if (IsClosed)
        {
            if (completion.IsSuccess)
                SocketHandle.FromDescriptor(completion.Result).Dispose();
            return;
        }

        if (completion.IsSuccess)
        {
            _accepted.Enqueue(completion.Result);
            if (_accepted.Count >= KeptConnections && _accepting && !_stopping)
                StopAccepting();
        }

        // An error too is found out about by accepting: it is then told, or waited out, in the one place that does so.
        Loop.Dispatch(this, Ready.Readable);
    }

    private void StartAccepting()
    {
        _accepting = true;
        _inFlight++;
        _backend.TakeEntry().PrepareAcceptMultishot((int)_socket.DangerousGetHandle(), RingBackend.UserData(_slot, RingRequest.Accept));
    }

    private void StopAccepting()
    {
        _stopping = true;
        _inFlight++;
        _backend.TakeEntry().PrepareCancel(
            RingBackend.UserData(_slot, RingRequest.Accept), all: false, RingBackend.UserData(_slot, RingRequest.Cancel));
    }

    private void Release()
    {
        _inFlight = -1;
        _backend.Unregister(_slot);
        _socket.Dispose();
    }
}
