using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;

namespace Gabbro.Reactor.Simulation;

/// <summary>A simulated listening socket with its queue of connections.</summary>
internal sealed class SimulatedListener(SimulatedBackend world, SocketEndpoint address, int backlog) : ReadinessListener(world.Loop)
{
    private readonly Queue<SimulatedStream> _queue = new();

    public override SocketEndpoint LocalAddress => address;

    /// <summary>Takes a connection into the queue, unless it is full.</summary>
    public bool Enqueue(SimulatedStream client)
    {
        if (_queue.Count >= backlog)
            return false;
        _queue.Enqueue(client);
        world.Report(this, Ready.Readable);
        return true;
    }

    protected override bool TryAccept(out StreamDevice? stream, out SocketEndpoint peer, out NativeError error)
    {
        stream = null;
        peer = default;
        error = default;
        if (_queue.Count == 0)
            return false;
        if (world.AreDescriptorsExhausted)
        {
            error = SystemErrors.TooManyOpenFiles;
            return true;
        }

        error = world.FaultOf(SimulatedCall.Accept);
        if (error.IsError)
            return true;
        SimulatedStream client = _queue.Dequeue();
        SimulatedStream server = new(world, address, client.LocalAddress);
        server.ConnectTo(client);
        client.FlushEarly();
        peer = client.LocalAddress;
        stream = server;
        return true;
    }

    protected override void CloseDescriptor()
    {
        world.Forget(this);
        foreach (SimulatedStream waiting in _queue)
            waiting.Break();
        _queue.Clear();
    }
}
