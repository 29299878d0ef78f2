using Gabbro.Platform;

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
        if (direction == Ready.Readable ? TryReceive(operation) : TrySend(operation))
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
