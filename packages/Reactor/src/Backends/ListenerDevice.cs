using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>A listening socket.</summary>
internal abstract class ListenerDevice(EventLoop loop) : Device(loop)
{
    /// <summary>Starts an accept.</summary>
    /// <returns>True when it has ended already; the operation is then not called back.</returns>
    public abstract bool Accept(AcceptOperation operation);

    /// <summary>Lets the next accept ask the system although nothing was reported: before a listener closes, for what came meanwhile.</summary>
    public abstract void AssumeReady();

    /// <summary>The address listened at, with the port the system chose.</summary>
    public abstract SocketEndpoint LocalAddress { get; }
}
