using System.Threading.Tasks.Sources;
using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Net;

/// <summary>The receive, or the send, of one datagram socket, used again and again.</summary>
internal sealed class DatagramAwaitable(DatagramSocket socket, bool isReceive)
    : DatagramOperation, IValueTaskSource<ReceivedDatagram>, IValueTaskSource<int>, IValueTaskSource
{
    private static readonly Action<object?> CanceledAnywhere = static state => ((DatagramAwaitable)state!).PostCancel();

    private AwaitableCore<ReceivedDatagram> _core;
    private bool _outstanding;

    public bool IsBusy => _core.IsBusy;

    public ValueTask<ReceivedDatagram> Start(Memory<byte> buffer, in SocketEndpoint address, CancellationToken cancellationToken)
    {
        if (!TryStart(buffer, address, cancellationToken))
            return new ValueTask<ReceivedDatagram>(this, _core.Version);
        return Ended() is { } failure ? ValueTask.FromException<ReceivedDatagram>(failure) : new ValueTask<ReceivedDatagram>(Result);
    }

    public ValueTask StartSend(Memory<byte> buffer, in SocketEndpoint address, CancellationToken cancellationToken)
    {
        if (!TryStart(buffer, address, cancellationToken))
            return new ValueTask(this, _core.Version);
        return Ended() is { } failure ? ValueTask.FromException(failure) : ValueTask.CompletedTask;
    }

    public ValueTask<int> StartBatch(Memory<byte> buffer, int slotSize, Memory<ReceivedDatagram> batch, CancellationToken cancellationToken)
    {
        Batch = batch;
        SlotSize = slotSize;
        if (!TryStart(buffer, default, cancellationToken))
            return new ValueTask<int>(this, _core.Version);
        return Ended() is { } failure ? ValueTask.FromException<int>(failure) : new ValueTask<int>(Count);
    }

    public ValueTask StartSendBatch(ReadOnlyMemory<OutgoingDatagram> datagrams, CancellationToken cancellationToken)
    {
        Outgoing = datagrams;
        return StartSend(default, default, cancellationToken);
    }

    public override void OnCompleted()
    {
        _outstanding = false;
        if (Ended() is { } failure)
            _core.SetException(failure);
        else
            _core.SetResult(Result);
    }

    ReceivedDatagram IValueTaskSource<ReceivedDatagram>.GetResult(short token) => _core.GetResult(token);

    int IValueTaskSource<int>.GetResult(short token) => _core.GetResult(token).Length;

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private ReceivedDatagram Result => new(Count, Address);

    private bool TryStart(Memory<byte> buffer, in SocketEndpoint address, CancellationToken cancellationToken)
    {
        Buffer = buffer;
        Address = address;
        Count = 0;
        if (isReceive ? socket.Device.Receive(this) : socket.Device.Send(this))
            return true;
        _outstanding = true;
        _core.Begin(this, CanceledAnywhere, cancellationToken);
        return false;
    }

    private Exception? Ended()
    {
        Buffer = default;
        Batch = default;
        Outgoing = default;
        if (!Error.IsError)
            return null;
        if (Error.Kind != ErrorKind.Canceled)
            return new PlatformException(isReceive ? "receive" : "send", socket.LocalAddress.ToString(), Error);
        return _core.Token.IsCancellationRequested ? new OperationCanceledException(_core.Token)
            : new ObjectDisposedException(nameof(DatagramSocket), "The socket was closed while an operation was pending.");
    }

    private void PostCancel()
    {
        short version = _core.Version;
        socket.Loop.TryPost(new WorkItem(() => Cancel(version), null));
    }

    private void Cancel(short version)
    {
        if (_outstanding && _core.Version == version)
            socket.Device.Cancel(this);
    }
}
