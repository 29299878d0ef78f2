using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;

namespace Gabbro.Reactor.Simulation;

/// <summary>
/// One end of a simulated connection. It behaves as TCP on Linux does where protocols notice: writes are cut and wait
/// when the peer does not read, the end of the stream comes after the data, and closing with unread input sends a reset
/// that destroys what the peer has not read yet.
/// </summary>
internal sealed class SimulatedStream : ReadinessStream
{
    private readonly SimulatedBackend _world;
    private readonly Queue<ArraySegment<byte>> _inbox = new();
    private SimulatedStream? _peer;
    private int _inboxBytes;

    /// <summary>Bytes this end has sent that the peer has not read.</summary>
    private int _outstanding;
    private long _lastDelivery;
    private NativeError _failure;
    private NativeError _connectError;
    private bool _connectEnded;
    private bool _senderWaits;
    private bool _receivedEnd;
    private bool _sentEnd;

    /// <summary>The end of the stream was asked for, perhaps before there was a peer to send it to.</summary>
    private bool _endWanted;
    private bool _resetOnClose;

    public SimulatedStream(SimulatedBackend world, in SocketEndpoint local, in SocketEndpoint remote)
        : base(world.Loop)
    {
        _world = world;
        LocalAddress = local;
        RemoteAddress = remote;
    }

    /// <summary>The connect that waits for this stream.</summary>
    public IoOperation? Connecting { get; set; }

    public override SocketEndpoint RemoteAddress { get; }

    public override SocketEndpoint LocalAddress { get; }

    public void ConnectTo(SimulatedStream peer)
    {
        _peer = peer;
        peer._peer = this;
        Assume(Ready.Writable);
    }

    /// <summary>The network has decided about the connect. Whoever waits for it is told like of any other event, in the next batch.</summary>
    public void EndConnect(NativeError error)
    {
        if (Connecting is null)
            return;
        _connectEnded = true;
        _connectError = error;
        _world.Report(this, Ready.Writable);
    }

    public override void OnReady(Ready ready)
    {
        if (Connecting is null)
        {
            base.OnReady(ready);
            return;
        }

        // The server may have answered before this end knows that it is connected.
        Assume(ready & ~Ready.Writable);
        if (_connectEnded)
        {
            if (!_connectError.IsError)
                Assume(Ready.Writable);
            FinishConnect(_connectError);
        }
    }

    /// <summary>The server has accepted: what this end wanted to send meanwhile goes on its way.</summary>
    public void FlushEarly()
    {
        if (_endWanted || IsClosed)
            SendEnd();
        if (_senderWaits)
        {
            _senderWaits = false;
            _world.Report(this, Ready.Writable);
        }
    }

    public override void Cancel(IoOperation operation)
    {
        if (ReferenceEquals(operation, Connecting))
            FinishConnect(SystemErrors.Canceled);
        else
            base.Cancel(operation);
    }

    public override void Shutdown(SocketShutdown how)
    {
        if (how != SocketShutdown.Receive)
            SendEnd();
    }

    public override void ResetOnClose() => _resetOnClose = true;

    protected override Outcome TryReceive(Span<byte> buffer, out int count, out NativeError error)
    {
        count = 0;
        error = _failure;
        if (_failure.IsError)
            return Outcome.Done;
        error = _world.FaultOf(SimulatedCall.Receive);
        if (error.IsError)
            return Outcome.Done;
        if (_inboxBytes == 0)
            return _receivedEnd ? Outcome.Done : Outcome.WouldBlock;

        int wanted = Math.Min(buffer.Length, _inboxBytes);
        bool cut = wanted > 1 && _world.Random.Chance(_world.Options.ShortReads);
        if (cut)
            wanted = 1 + (int)_world.Random.Below(wanted - 1);
        while (count < wanted)
        {
            ArraySegment<byte> first = _inbox.Peek();
            int taken = Math.Min(first.Count, wanted - count);
            first.AsSpan(0, taken).CopyTo(buffer[count..]);
            count += taken;
            _inbox.Dequeue();
            if (taken < first.Count)
                PutBack(first[taken..]);
        }

        _inboxBytes -= count;
        Released(count);

        // A short read on epoll means "nothing more"; one that the simulation cut must be announced again.
        if (cut)
            _world.Report(this, Ready.Readable);
        return Outcome.Done;
    }

    protected override Outcome TrySend(SendOperation operation, out int count, out NativeError error)
    {
        count = 0;
        error = _failure;
        if (_failure.IsError)
            return Outcome.Done;
        error = _world.FaultOf(SimulatedCall.Send);
        if (error.IsError)
            return Outcome.Done;
        if (_sentEnd || _endWanted)
        {
            error = SystemErrors.BrokenPipe;
            return Outcome.Done;
        }

        if (_peer is null)
        {
            // Connected, and not accepted yet.
            _senderWaits = true;
            return Outcome.WouldBlock;
        }

        int room = _world.Options.StreamCapacity - _outstanding;
        if (room <= 0)
        {
            _senderWaits = true;
            return Outcome.WouldBlock;
        }

        if (room > 1 && _world.Random.Chance(_world.Options.ShortWrites))
            room = 1 + (int)_world.Random.Below(room - 1);
        byte[] bytes = Take(operation, room);
        count = bytes.Length;
        _outstanding += count;
        SimulatedStream peer = _peer;
        Deliver(() => peer.Arrived(bytes));
        return Outcome.Done;
    }

    protected override void CloseDescriptor()
    {
        FinishConnect(SystemErrors.Canceled);
        if (_peer is not { } peer || _failure.IsError)
            return;
        if (_resetOnClose || _inboxBytes > 0)
            Deliver(() => peer.Broken(SystemErrors.ConnectionReset));
        else
            SendEnd();
    }

    /// <summary>Breaks the connection for both ends, as a reset from the network does.</summary>
    public void Break()
    {
        Broken(SystemErrors.ConnectionReset);
        _peer?.Broken(SystemErrors.ConnectionReset);
    }

    private void FinishConnect(NativeError error)
    {
        if (Connecting is not { } operation)
            return;
        Connecting = null;
        operation.Error = error;
        Loop.Complete(operation);
    }

    private static byte[] Take(SendOperation operation, int room)
    {
        if (operation.Buffer.IsEmpty && operation.Second.IsEmpty)
        {
            byte[] part = new byte[(int)Math.Min(room, operation.FileRemaining)];
            int read = operation.File!.ReadAt(part, operation.FileOffset);
            operation.FileOffset += read;
            operation.FileRemaining = read == 0 ? 0 : operation.FileRemaining - read;
            return part[..read];
        }

        int first = Math.Min(room, operation.Buffer.Length);
        int second = Math.Min(room - first, operation.Second.Length);
        byte[] bytes = new byte[first + second];
        operation.Buffer[..first].Span.CopyTo(bytes);
        operation.Second[..second].Span.CopyTo(bytes.AsSpan(first));
        operation.Advance(bytes.Length);
        return bytes;
    }

    private void SendEnd()
    {
        _endWanted = true;
        if (_sentEnd || _peer is not { } peer)
            return;
        _sentEnd = true;
        Deliver(peer.Ended);
    }

    /// <summary>Streams stay in order: nothing is delivered before what was sent earlier.</summary>
    private void Deliver(Action arrive)
    {
        _lastDelivery = Math.Max(_lastDelivery, _world.Nanoseconds + _world.Latency());
        _world.At(_lastDelivery, arrive);
    }

    private void Arrived(byte[] bytes)
    {
        if (_failure.IsError)
            return;
        if (_world.Random.Chance(_world.Options.Resets))
        {
            Break();
            return;
        }

        if (IsClosed)
        {
            // Data for a closed socket: the answer is a reset.
            _peer?.Broken(SystemErrors.ConnectionReset);
            return;
        }

        _inbox.Enqueue(bytes);
        _inboxBytes += bytes.Length;
        _world.Report(this, Ready.Readable);
        if (_world.Random.Chance(_world.Options.SpuriousReadiness))
            _world.Report(this, Ready.Readable | Ready.Writable);
    }

    private void Ended()
    {
        _receivedEnd = true;
        if (!IsClosed)
            _world.Report(this, Ready.Readable | Ready.ReadClosed);
    }

    private void Broken(NativeError error)
    {
        if (_failure.IsError || IsClosed)
            return;
        _failure = error;
        _inbox.Clear();
        _inboxBytes = 0;
        _world.Report(this, Ready.Readable | Ready.Writable | Ready.ReadClosed);
    }

    private void Released(int count)
    {
        if (_peer is not { } peer)
            return;
        _world.After(_world.Latency(), () =>
        {
            peer._outstanding -= count;
            if (!peer._senderWaits)
                return;
            peer._senderWaits = false;
            _world.Report(peer, Ready.Writable);
        });
    }

    private void PutBack(ArraySegment<byte> rest)
    {
        ArraySegment<byte>[] others = [.. _inbox];
        _inbox.Clear();
        _inbox.Enqueue(rest);
        foreach (ArraySegment<byte> other in others)
            _inbox.Enqueue(other);
    }
}
