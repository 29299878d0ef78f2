using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>A datagram socket.</summary>
internal abstract class DatagramDevice(EventLoop loop) : Device(loop)
{
    /// <summary>Starts a receive of one datagram; one longer than the buffer is cut.</summary>
    /// <returns>True when it has ended already; the operation is then not called back.</returns>
    public abstract bool Receive(DatagramOperation operation);

    /// <summary>Starts a send of one datagram.</summary>
    /// <returns>True when it has ended already; the operation is then not called back.</returns>
    public abstract bool Send(DatagramOperation operation);

    /// <summary>The address bound to, with the port the system chose.</summary>
    public abstract SocketEndpoint LocalAddress { get; }

    /// <summary>The system's socket under the device, for options; null when there is none.</summary>
    public virtual SocketHandle? Socket => null;
}
