using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>A connected byte stream: a TCP or Unix socket, or an end of a pipe.</summary>
internal abstract class StreamDevice(EventLoop loop) : Device(loop)
{
    /// <summary>Starts a receive.</summary>
    /// <returns>True when it has ended already; the operation is then not called back.</returns>
    public abstract bool Receive(ReceiveOperation operation);

    /// <summary>Starts a send of everything in the operation.</summary>
    /// <returns>True when it has ended already; the operation is then not called back.</returns>
    public abstract bool Send(SendOperation operation);

    /// <summary>Ends one or both directions; the peer sees the end of the stream. Errors of a connection that is gone are ignored.</summary>
    public abstract void Shutdown(SocketShutdown how);

    /// <summary>The peer's address; the default value when there is none to tell.</summary>
    public abstract SocketEndpoint RemoteAddress { get; }

    /// <summary>This side's address; the default value when there is none to tell.</summary>
    public abstract SocketEndpoint LocalAddress { get; }

    /// <summary>The system's socket under the device, for options; null when there is none.</summary>
    public virtual SocketHandle? Socket => null;

    /// <summary>Makes the next close discard what was not sent and reset the connection.</summary>
    public abstract void ResetOnClose();
}
