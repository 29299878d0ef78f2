using System.Buffers;
using Gabbro.Platform;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Backends;

/// <summary>A datagram socket of the system, watched by a poller.</summary>
internal sealed class SocketDatagram : ReadinessDatagram
{
    /// <summary>Datagrams moved in one call: 64 of them share its cost, and their addresses fit the stack.</summary>
    private const int MaxBatch = 64;

    [ThreadStatic]
    private static MemoryHandle[]? t_pins;

    private readonly PollerBackend _backend;
    private readonly SocketHandle _socket;

    public SocketDatagram(PollerBackend backend, EventLoop loop, SocketHandle socket)
        : base(loop)
    {
        _backend = backend;
        _socket = socket;
        LocalAddress = socket.GetLocalAddress();
        try
        {
            backend.Watch(socket, Token, PollInterest.Readable | PollInterest.Writable);
        }
        catch
        {
            loop.Devices.Remove(Token);
            throw;
        }
    }

    public override SocketEndpoint LocalAddress { get; }

    public override SocketHandle Socket => _socket;

    protected override bool TryReceive(DatagramOperation operation)
    {
        SocketResult result = _socket.ReceiveFrom(operation.Buffer.Span, out operation.Address);
        return Finish(operation, result);
    }

    protected override bool TrySend(DatagramOperation operation)
    {
        SocketResult result = operation.Address.Family == default
            ? _socket.Send(operation.Buffer.Span)
            : _socket.SendTo(operation.Buffer.Span, operation.Address);
        return Finish(operation, result);
    }

    protected override unsafe bool TryReceiveBatch(DatagramOperation operation)
    {
        int room = Math.Min(operation.Batch.Length, MaxBatch);
        SocketMessage* messages = stackalloc SocketMessage[room];
        BufferSegment* segments = stackalloc BufferSegment[room];
        SocketEndpoint* sources = stackalloc SocketEndpoint[room];
        using MemoryHandle pin = operation.Buffer.Pin();
        for (int i = 0; i < room; i++)
        {
            segments[i] = new BufferSegment((byte*)pin.Pointer + (nint)i * operation.SlotSize, (nuint)operation.SlotSize);
            messages[i] = new SocketMessage { Segments = segments + i, SegmentCount = 1, Address = sources + i };
        }

        SocketResult result = _socket.ReceiveMessages(new Span<SocketMessage>(messages, room));
        for (int i = 0; i < result.Count; i++)
            operation.Batch.Span[i] = new ReceivedDatagram(messages[i].Transferred, sources[i]);
        return Finish(operation, result);
    }

    protected override unsafe bool TrySendBatch(DatagramOperation operation)
    {
        SocketMessage* messages = stackalloc SocketMessage[MaxBatch];
        BufferSegment* segments = stackalloc BufferSegment[MaxBatch];
        SocketEndpoint* destinations = stackalloc SocketEndpoint[MaxBatch];
        MemoryHandle[] pins = t_pins ??= new MemoryHandle[MaxBatch];
        while (!operation.Outgoing.IsEmpty)
        {
            int count = Math.Min(operation.Outgoing.Length, MaxBatch);
            SocketResult result;
            try
            {
                for (int i = 0; i < count; i++)
                {
                    ref readonly OutgoingDatagram datagram = ref operation.Outgoing.Span[i];
                    pins[i] = datagram.Bytes.Pin();
                    segments[i] = new BufferSegment((byte*)pins[i].Pointer, (nuint)datagram.Bytes.Length);
                    destinations[i] = datagram.To;
                    messages[i] = new SocketMessage
                    {
                        Segments = segments + i,
                        SegmentCount = 1,
                        Address = datagram.To.Family == default ? null : destinations + i,
                    };
                }

                result = _socket.SendMessages(new Span<SocketMessage>(messages, count));
            }
            finally
            {
                for (int i = 0; i < count; i++)
                {
                    pins[i].Dispose();
                    pins[i] = default;
                }
            }

            if (!Finish(operation, result))
                return false;
            if (operation.Error.IsError)
                return true;
            operation.Outgoing = operation.Outgoing[result.Count..];
        }

        return true;
    }

    protected override void CloseDescriptor()
    {
        _backend.Unwatch(_socket, Token);
        _socket.Dispose();
    }

    private bool Finish(DatagramOperation operation, SocketResult result)
    {
        operation.Count = result.Count;
        if (result.IsSuccess)
            return true;
        if (result.WouldBlock)
        {
            _backend.AwaitEdge(_socket);
            return false;
        }

        operation.Error = result.Error;
        return true;
    }
}
