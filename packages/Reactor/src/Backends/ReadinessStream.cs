using Gabbro.Platform;
using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>
/// A byte stream over a descriptor of which the system says when it is ready: the state machine that epoll, kqueue and
/// the simulation share. How bytes move is left to <see cref="TryReceive"/> and <see cref="TrySend"/>.
/// </summary>
/// <remarks>
/// <para>Edge triggered: the descriptor is registered once, for both directions, and readiness is remembered here. A read
/// that fills less than its buffer proves that nothing more is there, which saves the call that would only say
/// "would block" (true for stream sockets on epoll and kqueue; see epoll(7)), unless the peer has closed: see
/// <see cref="Ready.ReadClosed"/>.</para>
/// <para>An operation that finds the device ready runs at once, as long as the device's share of the turn lasts; after
/// that it waits for the next turn although data is there.</para>
/// </remarks>
internal abstract class ReadinessStream(EventLoop loop) : StreamDevice(loop), IReadinessDevice
{
    private ReceiveOperation? _receive;
    private SendOperation? _send;
    private OperationShare _share;
    private Ready _ready;
    private bool _postponed;

    /// <summary>What moving bytes came to.</summary>
    protected enum Outcome : byte
    {
        /// <summary>It succeeded or failed for good.</summary>
        Done,

        /// <summary>The descriptor is not ready.</summary>
        WouldBlock,
    }

    public override bool Receive(ReceiveOperation operation)
    {
        if ((_ready & Ready.Readable) != 0)
        {
            if (!_share.TryTake(Loop))
                Postpone();
            else if (RunReceive(operation))
                return true;
        }

        _receive = operation;
        return false;
    }

    public override bool Send(SendOperation operation)
    {
        // Optimistic: a socket has room unless a write has shown otherwise, and the edge that says so may not have come yet.
        if (_send is null && (_ready & Ready.Writable) != 0)
        {
            if (!_share.TryTake(Loop))
                Postpone();
            else if (RunSend(operation))
                return true;
        }

        _send = operation;
        return false;
    }

    public virtual void OnReady(Ready ready)
    {
        if (IsClosed)
            return;
        if (ready == Ready.None)
            _postponed = false;
        _ready |= ready;
        if (_receive is { } receive && (_ready & Ready.Readable) != 0 && TakeShare() && RunReceive(receive))
        {
            _receive = null;
            receive.OnCompleted();
            if (IsClosed)
                return;
        }

        if (_send is { } send && (_ready & Ready.Writable) != 0 && TakeShare() && RunSend(send))
        {
            _send = null;
            send.OnCompleted();
        }
    }

    public override void Cancel(IoOperation operation)
    {
        if (ReferenceEquals(operation, _receive))
            _receive = null;
        else if (ReferenceEquals(operation, _send))
            _send = null;
        else
            return;
        operation.Count = 0;
        operation.Error = SystemErrors.Canceled;
        operation.OnCompleted();
    }

    /// <summary>False where a short read does not mean that the next one would block.</summary>
    protected virtual bool IsShortReadProof => true;

    /// <summary>Marks the stream ready without being told, as a socket that was just accepted or connected is for writing.</summary>
    protected void Assume(Ready ready) => _ready |= ready;

    /// <summary>Receives without waiting.</summary>
    protected abstract Outcome TryReceive(Span<byte> buffer, out int count, out NativeError error);

    /// <summary>Receives without waiting into several buffers; what has no call for that fills the first.</summary>
    protected virtual Outcome TryReceiveScattered(ReceiveOperation operation, out int count, out NativeError error) =>
        TryReceive(operation.Buffer.Span, out count, out error);

    /// <summary>Sends without waiting what there is room for, from the start of the operation, moving its start.</summary>
    protected abstract Outcome TrySend(SendOperation operation, out int count, out NativeError error);

    /// <summary>Closes the descriptor.</summary>
    protected abstract void CloseDescriptor();

    protected override void CloseCore()
    {
        CloseDescriptor();
        IoOperation? receive = _receive;
        IoOperation? send = _send;
        _receive = null;
        _send = null;
        EndClosed(receive);
        EndClosed(send);
    }

    private void EndClosed(IoOperation? operation)
    {
        if (operation is null)
            return;
        operation.Count = 0;
        operation.Error = SystemErrors.Canceled;
        Loop.Complete(operation);
    }

    private bool TakeShare()
    {
        if (_share.TryTake(Loop))
            return true;
        Postpone();
        return false;
    }

    private void Postpone()
    {
        if (_postponed)
            return;
        _postponed = true;
        Loop.Postpone(this);
    }

    private bool RunReceive(ReceiveOperation operation)
    {
        if (!operation.Rest.IsEmpty)
            return RunScatter(operation);
        bool borrow = operation.Buffer.IsEmpty;
        Memory<byte> buffer = borrow ? Loop.TakeReceiveBuffer() : operation.Buffer;
        if (borrow && operation.BorrowLimit > 0 && operation.BorrowLimit < buffer.Length)
            buffer = buffer[..operation.BorrowLimit];
        if (TryReceive(buffer.Span, out int count, out operation.Error) == Outcome.WouldBlock)
        {
            _ready &= ~Ready.Readable;
            return false;
        }

        operation.Count = count;
        if (borrow)
            operation.Borrowed = buffer[..count];

        // An error says nothing about what is there: a transient one leaves it there, and no edge will tell of it again.
        if (!operation.Error.IsError && count < buffer.Length && (_ready & Ready.ReadClosed) == 0 && IsShortReadProof)
            _ready &= ~Ready.Readable;
        return true;
    }

    private bool RunScatter(ReceiveOperation operation)
    {
        if (TryReceiveScattered(operation, out int count, out operation.Error) == Outcome.WouldBlock)
        {
            _ready &= ~Ready.Readable;
            return false;
        }

        // How much there was room for is not counted here: the next read asks the system again.
        operation.Count = count;
        return true;
    }

    /// <summary>Sends until all is sent or there is no room.</summary>
    private bool RunSend(SendOperation operation)
    {
        while (true)
        {
            if (TrySend(operation, out int count, out NativeError error) == Outcome.WouldBlock)
            {
                _ready &= ~Ready.Writable;
                return false;
            }

            operation.Count += count;
            operation.Error = error;
            if (error.IsError || operation.IsFinished)
                return true;
        }
    }
}
