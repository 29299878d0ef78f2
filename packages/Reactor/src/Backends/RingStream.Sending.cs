using System.Buffers;
using Gabbro.Platform;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

internal sealed partial class RingStream
{
    private const int NoSignal = 0x4000;
    private const uint PollOut = 0x4;

    private SendOperation? _send;
    private IoOperation? _connecting;
    private SendPins? _pins;
    private bool _sendCanceled;
    private bool _sendPostponed;

    /// <summary>
    /// Tries at once: most responses fit the socket's buffer, and then their memory is free again when this returns. What
    /// does not fit is handed to the kernel, which owns the memory until it says so.
    /// </summary>
    public override bool Send(SendOperation operation)
    {
        if (_send is null && !_share.TryTake(Loop))
        {
            _send = operation;
            _sendPostponed = true;
            Postpone();
            return false;
        }

        if (TrySendNow(operation))
            return true;
        _send = operation;
        _sendCanceled = false;
        RequestSend(operation);
        return false;
    }

    /// <summary>Starts to connect.</summary>
    public unsafe void Connect(in SocketEndpoint address, IoOperation operation)
    {
        _connecting = operation;
        SendPins pins = _pins = new SendPins(_backend.RentBlock());
        address.NativeBytes.CopyTo(new Span<byte>(pins.Block, RingBackend.BlockSize));
        _inFlight++;
        _backend.TakeEntry().PrepareConnect(Descriptor, pins.Block, (uint)address.NativeLength, RingBackend.UserData(_slot, RingRequest.Connect));
    }

    /// <summary>Sends until all is sent or there is no room.</summary>
    /// <returns>True when the operation has ended.</returns>
    private bool TrySendNow(SendOperation operation)
    {
        while (SocketTransfer.TrySend(_socket, operation, out int count, out NativeError error))
        {
            operation.Count += count;
            operation.Error = error;
            if (error.IsError || operation.IsFinished)
                return true;
        }

        return false;
    }

    private void ResumeSend()
    {
        _sendPostponed = false;
        SendOperation send = _send!;
        _send = null;
        if (Send(send))
            Loop.Complete(send);
    }

    /// <summary>Hands what is left to the kernel.</summary>
    private unsafe void RequestSend(SendOperation operation)
    {
        _inFlight++;
        if (operation.Buffer.IsEmpty && operation.Second.IsEmpty)
        {
            // No entry sends from a file to a socket without a pipe between them.
            _backend.TakeEntry().PreparePoll(Descriptor, PollOut, multishot: false, RingBackend.UserData(_slot, RingRequest.Room));
            return;
        }

        SendPins pins = _pins ??= new SendPins(_backend.RentBlock());
        pins.Pin(operation.Buffer, operation.Second);
        _backend.TakeEntry().PrepareSendMessage(Descriptor, pins.Block, NoSignal, RingBackend.UserData(_slot, RingRequest.Send));
    }

    private void OnSent(in RingCompletion completion)
    {
        ReleasePins();
        SendOperation send = _send!;
        if (completion.IsSuccess)
        {
            send.Count += completion.Result;
            send.Advance(completion.Result);
        }
        else if (completion.Error.Kind is not (ErrorKind.Interrupted or ErrorKind.WouldBlock))
        {
            send.Error = completion.Error;
        }

        GoOnSending(send);
    }

    private void OnRoom(in RingCompletion completion)
    {
        SendOperation send = _send!;
        if (!completion.IsSuccess)
            send.Error = completion.Error;
        GoOnSending(send);
    }

    private void GoOnSending(SendOperation send)
    {
        if (!send.Error.IsError && !send.IsFinished && (_sendCanceled || IsClosed))
            send.Error = SystemErrors.Canceled;
        if (!send.Error.IsError && !send.IsFinished && !TrySendNow(send))
        {
            RequestSend(send);
            return;
        }

        _send = null;
        Loop.Complete(send);
    }

    private void CancelSend()
    {
        if (_sendPostponed)
        {
            SendOperation send = _send!;
            _send = null;
            _sendPostponed = false;
            send.Error = SystemErrors.Canceled;
            Loop.Complete(send);
            return;
        }

        _sendCanceled = true;
        CancelRequest(_pins is null ? RingRequest.Room : RingRequest.Send);
    }

    private void OnConnected(in RingCompletion completion)
    {
        ReleasePins();
        IoOperation connecting = _connecting!;
        _connecting = null;
        connecting.Error = IsClosed ? SystemErrors.Canceled : completion.Error;
        Loop.Complete(connecting);
    }

    private unsafe void ReleasePins()
    {
        if (_pins is not { } pins)
            return;
        _pins = null;
        pins.Unpin();
        _backend.ReturnBlock(pins.Block);
    }
}
