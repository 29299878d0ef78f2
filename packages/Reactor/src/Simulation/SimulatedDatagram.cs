using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;

namespace Gabbro.Reactor.Simulation;

/// <summary>A simulated datagram socket.</summary>
internal sealed class SimulatedDatagram(SimulatedBackend world, SocketEndpoint address) : ReadinessDatagram(world.Loop)
{
    /// <summary>Datagrams that fit into the receive buffer; more are dropped, as a system does.</summary>
    private const int QueueLength = 256;

    private readonly Queue<(SocketEndpoint From, byte[] Bytes)> _queue = new();

    public override SocketEndpoint LocalAddress => address;

    public void Arrive(SocketEndpoint from, byte[] bytes)
    {
        if (IsClosed || _queue.Count >= QueueLength)
            return;
        _queue.Enqueue((from, bytes));
        world.Report(this, Ready.Readable);
    }

    protected override bool TryReceive(DatagramOperation operation)
    {
        operation.Error = world.FaultOf(SimulatedCall.ReceiveDatagram);
        if (operation.Error.IsError)
            return true;
        if (!_queue.TryDequeue(out (SocketEndpoint From, byte[] Bytes) datagram))
            return false;
        operation.Count = Math.Min(datagram.Bytes.Length, operation.Buffer.Length);
        datagram.Bytes.AsSpan(0, operation.Count).CopyTo(operation.Buffer.Span);
        operation.Address = datagram.From;
        return true;
    }

    protected override bool TrySend(DatagramOperation operation)
    {
        operation.Error = world.FaultOf(SimulatedCall.SendDatagram);
        if (operation.Error.IsError)
            return true;
        world.Transmit(address, operation.Address, operation.Buffer.Span);
        operation.Count = operation.Buffer.Length;
        return true;
    }

    protected override void CloseDescriptor() => world.Forget(this);
}
