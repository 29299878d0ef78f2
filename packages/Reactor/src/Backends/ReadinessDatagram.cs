using Gabbro.Platform;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Backends;

/// <summary>A datagram socket of which the system says when it is ready.</summary>
internal abstract class ReadinessDatagram(EventLoop loop) : DatagramDevice(loop), IReadinessDevice
{
    private DatagramOperation? _receive;
    private DatagramOperation? _send;
    private OperationShare _share;
    private Ready _ready = Ready.Writable;
    private bool _postponed;

    public override bool Receive(DatagramOperation operation)
    {
        if (Start(operation, Ready.Readable))
            return true;
        _receive = operation;
        return false;
    }

    public override bool Send(DatagramOperation operation)
    {
        if (Start(operation, Ready.Writable))
            return true;
        _send = operation;
        return false;
    }

    public void OnReady(Ready ready)
    {
        if (IsClosed)
            return;
        if (ready == Ready.None)
            _postponed = false;
        _ready |= ready;
        if (_receive is { } receive && Start(receive, Ready.Readable))
        {
            _receive = null;
            receive.OnCompleted();
            if (IsClosed)
                return;
        }

        if (_send is { } send && Start(send, Ready.Writable))
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
        operation.Error = SystemErrors.Canceled;
        operation.OnCompleted();
    }

    /// <summary>Receives without waiting.</summary>
    /// <returns>False when nothing is there.</returns>
    protected abstract bool TryReceive(DatagramOperation operation);

    /// <summary>Sends without waiting.</summary>
    /// <returns>False when there is no room.</returns>
    protected abstract bool TrySend(DatagramOperation operation);

    /// <summary>Receives what is there, as many as there is room for; the count of the operation is theirs.</summary>
    /// <returns>False when nothing is there.</returns>
    protected virtual bool TryReceiveBatch(DatagramOperation operation)
    {
        Memory<byte> buffer = operation.Buffer;
        int count = 0;
        while (count < operation.Batch.Length)
        {
            operation.Buffer = buffer.Slice(count * operation.SlotSize, operation.SlotSize);
            bool any = TryReceive(operation);
            operation.Buffer = buffer;
            if (!any || operation.Error.IsError)
                break;
            operation.Batch.Span[count++] = new ReceivedDatagram(operation.Count, operation.Address);
        }

        // An error behind datagrams belongs to the next receive, which will be told again or find it gone, as with recvmmsg(2).
        if (count > 0)
            operation.Error = default;
        operation.Count = count;
        return count > 0 || operation.Error.IsError;
    }

    /// <summary>Sends what there is room for.</summary>
    /// <returns>False when there was no room for all.</returns>
    protected virtual bool TrySendBatch(DatagramOperation operation)
    {
        while (!operation.Outgoing.IsEmpty)
        {
            ref readonly OutgoingDatagram next = ref operation.Outgoing.Span[0];
            operation.Buffer = System.Runtime.InteropServices.MemoryMarshal.AsMemory(next.Bytes);
            operation.Address = next.To;
            if (!TrySend(operation))
                return false;
            if (operation.Error.IsError)
                return true;
            operation.Outgoing = operation.Outgoing[1..];
        }

        return true;
    }

    /// <summary>Closes the descriptor.</summary>
    protected abstract void CloseDescriptor();

    protected override void CloseCore()
    {
        CloseDescriptor();
        (DatagramOperation? receive, DatagramOperation? send) = (_receive, _send);
        (_receive, _send) = (null, null);
        EndClosed(receive);
        EndClosed(send);
    }

    private bool Start(DatagramOperation operation, Ready direction)
    {
        if ((_ready & direction) == 0)
            return false;
        if (!_share.TryTake(Loop))
        {
            if (!_postponed)
            {
                _postponed = true;
                Loop.Postpone(this);
            }

            return false;
        }

        operation.Error = default;
        bool ended = direction == Ready.Readable
            ? operation.Batch.IsEmpty ? TryReceive(operation) : TryReceiveBatch(operation)
            : operation.Outgoing.IsEmpty ? TrySend(operation) : TrySendBatch(operation);
        if (ended)
            return true;
        _ready &= ~direction;
        return false;
    }

    private void EndClosed(DatagramOperation? operation)
    {
        if (operation is null)
            return;
        operation.Error = SystemErrors.Canceled;
        Loop.Complete(operation);
    }
}
