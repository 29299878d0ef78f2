using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>An accept.</summary>
internal abstract class AcceptOperation : IoOperation
{
    /// <summary>The connection; null when the operation failed.</summary>
    public StreamDevice? Accepted;

    /// <summary>Who connected.</summary>
    public SocketEndpoint Peer;
}
