using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Backends;

/// <summary>A receive or a send of one datagram.</summary>
internal abstract class DatagramOperation : IoOperation
{
    /// <summary>The memory to receive into or to send.</summary>
    public Memory<byte> Buffer;

    /// <summary>Where it came from, or where it goes; the default value sends to the connected peer.</summary>
    public SocketEndpoint Address;

    /// <summary>Not empty for a receive of several datagrams: what came, each in its slot of <see cref="Buffer"/>.</summary>
    public Memory<ReceivedDatagram> Batch;

    /// <summary>Bytes of a slot.</summary>
    public int SlotSize;

    /// <summary>Not empty for a send of several datagrams: those still to be sent.</summary>
    public ReadOnlyMemory<OutgoingDatagram> Outgoing;
}
