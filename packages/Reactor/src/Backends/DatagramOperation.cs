using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>A receive or a send of one datagram.</summary>
internal abstract class DatagramOperation : IoOperation
{
    /// <summary>The memory to receive into or to send.</summary>
    public Memory<byte> Buffer;

    /// <summary>Where it came from, or where it goes; the default value sends to the connected peer.</summary>
    public SocketEndpoint Address;
}
