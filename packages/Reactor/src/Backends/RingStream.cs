using Gabbro.Platform;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>
/// A stream socket on a ring. It is received from without being asked, into buffers of the loop, as long as somebody reads:
/// one entry serves all receives. What comes while nobody waits is kept here, and past <see cref="KeptBytes"/> the kernel is
/// told to stop, so that the peer feels the backpressure.
/// </summary>
internal sealed partial class RingStream : StreamDevice, IRingDevice, IReadinessDevice
{
    /// <summary>Bytes received ahead of the reader before receiving is stopped. A batch under way may add to it.</summary>
    private const int KeptBytes = 16 * 1024;

    private readonly RingBackend _backend;
    private readonly SocketHandle _socket;
    private readonly int _slot;
    private ReceiveOperation? _receive;
    private ReceivedAhead? _ahead;
    private NativeError _failure;
    private OperationShare _share;

    /// <summary>Entries whose last completion is not in.</summary>
    private int _inFlight;
    private Receiving _receiving;
    private bool _ended;
    private bool _postponed;

    public RingStream(RingBackend backend, EventLoop loop, SocketHandle socket)
        : base(loop)
    {
        _backend = backend;
        _socket = socket;
        _slot = backend.Register(this);
    }

    private enum Receiving : byte
    {
        /// <summary>No entry is with the kernel.</summary>
        Stopped,

        /// <summary>An entry is, and brings what comes.</summary>
        Started,

        /// <summary>An entry is, and is being cancelled.</summary>
        Stopping,
    }

    public override SocketHandle Socket => _socket;

    public override SocketEndpoint RemoteAddress =>
        !IsClosed && !_socket.TryGetPeerAddress(out SocketEndpoint address).IsError ? address : default;

    public override SocketEndpoint LocalAddress => IsClosed ? default : _socket.GetLocalAddress();

    private int Descriptor => (int)_socket.DangerousGetHandle();

    private bool HasSomething => _ahead is { IsEmpty: false } || _ended || _failure.IsError;

    public override bool Receive(ReceiveOperation operation)
    {
        if (HasSomething)
        {
            if (!_share.TryTake(Loop))
                Postpone();
            else
                return Take(operation);
        }

        _receive = operation;
        if (_receiving == Receiving.Stopped && !HasSomething)
            StartReceiving();
        return false;
    }

    /// <summary>The turn after a share was used up.</summary>
    public void OnReady(Ready ready)
    {
        _postponed = false;
        if (!IsClosed && _receive is { } receive && HasSomething)
        {
            if (_share.TryTake(Loop))
            {
                _receive = null;
                Take(receive);
                receive.OnCompleted();
            }
            else
            {
                Postpone();
            }
        }

        if (!IsClosed && _sendPostponed)
            ResumeSend();
    }

    public void OnCompletion(RingRequest request, in RingCompletion completion)
    {
        if (!completion.HasMore)
            _inFlight--;
        switch (request)
        {
            case RingRequest.Receive:
                OnReceived(completion);
                break;
            case RingRequest.Send:
                OnSent(completion);
                break;
            case RingRequest.Room:
                OnRoom(completion);
                break;
            case RingRequest.Connect:
                OnConnected(completion);
                break;
        }

        if (IsClosed && _inFlight == 0)
            Release();
    }

    public override void Cancel(IoOperation operation)
    {
        if (ReferenceEquals(operation, _receive))
        {
            // The kernel receives into memory of the loop, so nothing of the caller's is in use, and what comes is kept.
            _receive = null;
            operation.Count = 0;
            operation.Error = SystemErrors.Canceled;
            operation.OnCompleted();
        }
        else if (ReferenceEquals(operation, _send))
        {
            CancelSend();
        }
        else if (ReferenceEquals(operation, _connecting))
        {
            CancelRequest(RingRequest.Connect);
        }
    }

    public override void Shutdown(SocketShutdown how) => _socket.Shutdown(how);

    public override void ResetOnClose() => _socket.SetLinger(0);

    protected override void CloseCore()
    {
        if (_receiving == Receiving.Started)
            StopReceiving();
        if (_send is not null)
            CancelSend();
        if (_connecting is not null)
            CancelRequest(RingRequest.Connect);
        ReceiveOperation? receive = _receive;
        _receive = null;
        if (_inFlight == 0)
            Release();
        else if (_backend.TrySubmitAll())
            _socket.Dispose();
        if (receive is null)
            return;
        receive.Count = 0;
        receive.Error = SystemErrors.Canceled;
        Loop.Complete(receive);
    }

    /// <summary>The last completion is in.</summary>
    private void Release()
    {
        _inFlight = -1;
        _ahead?.Clear();
        _backend.Unregister(_slot);
        if (_socket.IsClosed)
            return;
        _socket.Dispose();
        Loop.DescriptorReturned();
    }

    private void Postpone()
    {
        if (_postponed)
            return;
        _postponed = true;
        Loop.Postpone(this);
    }

    private void StartReceiving()
    {
        _receiving = Receiving.Started;
        _inFlight++;
        RingBackend.PrepareReceive(ref _backend.TakeEntry(), Descriptor, _slot);
    }

    private void StopReceiving()
    {
        _receiving = Receiving.Stopping;
        CancelRequest(RingRequest.Receive);
    }

    private void CancelRequest(RingRequest request)
    {
        _inFlight++;
        _backend.TakeEntry().PrepareCancel(
            RingBackend.UserData(_slot, request), all: false, RingBackend.UserData(_slot, RingRequest.Cancel));
    }

    private void OnReceived(in RingCompletion completion)
    {
        if (!completion.HasMore)
            _receiving = Receiving.Stopped;
        if (completion.HasBuffer && (IsClosed || completion.Result <= 0))
            _backend.Return(completion.BufferId);
        if (IsClosed)
            return;
        if (completion.Result > 0)
            Keep(completion);
        else if (completion.IsSuccess)
            _ended = true;
        else if (completion.Error.Kind is not (ErrorKind.NoBufferSpace or ErrorKind.Canceled or ErrorKind.Interrupted or ErrorKind.WouldBlock))
            _failure = completion.Error;

        if (_receive is { } receive && HasSomething)
        {
            _receive = null;
            Take(receive);
            Loop.Complete(receive);
        }

        // Out of buffers, or stopped while the reader was behind: the buffers of this batch are back by the next submit.
        if (!IsClosed && _receive is not null && !HasSomething && _receiving == Receiving.Stopped)
            StartReceiving();
    }

    /// <summary>Gives what was received to whoever waits for it, or keeps it.</summary>
    private void Keep(in RingCompletion completion)
    {
        ArraySegment<byte> received = _backend.Received(completion);
        if (_receive is { Buffer.IsEmpty: true } borrower && _ahead is null or { IsEmpty: true })
        {
            _receive = null;
            borrower.Count = received.Count;
            borrower.Borrowed = received;
            borrower.Error = default;
            _backend.ReturnLater(completion.BufferId);
            Loop.Complete(borrower);
            return;
        }

        if (_receive is { } receive && _ahead is null or { IsEmpty: true })
        {
            _receive = null;
            int count = Math.Min(received.Count, receive.Buffer.Length);
            received.AsSpan(0, count).CopyTo(receive.Buffer.Span);
            receive.Count = count;
            receive.Error = default;
            if (count < received.Count)
                (_ahead ??= new ReceivedAhead()).Add(received.AsSpan(count));
            _backend.Return(completion.BufferId);
            Loop.Complete(receive);
            return;
        }

        _ahead ??= new ReceivedAhead();
        _ahead.Add(received);
        _backend.Return(completion.BufferId);
        if (_ahead.Count >= KeptBytes && _receiving == Receiving.Started)
            StopReceiving();
    }

    /// <summary>Ends a receive with what is at hand.</summary>
    /// <returns>True.</returns>
    private bool Take(ReceiveOperation operation)
    {
        operation.Count = 0;
        operation.Error = default;
        if (_ahead is { IsEmpty: false } ahead)
        {
            if (operation.Buffer.IsEmpty)
            {
                byte[] lent = ahead.TakeFirst(out ArraySegment<byte> bytes);
                operation.Borrowed = bytes;
                operation.Count = bytes.Count;
                _backend.ReturnLater(lent);
            }
            else
            {
                operation.Count = ahead.Take(operation.Buffer.Span);
            }
        }
        else if (_failure.IsError)
        {
            // Told once; what follows is the end, as with recv(2).
            operation.Error = _failure;
            _failure = default;
            _ended = true;
        }
        else if (operation.Buffer.IsEmpty)
        {
            operation.Borrowed = default;
        }

        return true;
    }
}
