using System.Runtime.InteropServices;
using Gabbro.Reactor.Backends;

namespace Gabbro.Reactor.Http.Server;

/// <summary>The receive of one connection; it is outstanding for as long as the connection waits, and holds no buffer then.</summary>
internal sealed class ConnectionReceiver(HttpConnection connection) : ReceiveOperation
{
    /// <summary>What was received.</summary>
    public ArraySegment<byte> Lent => MemoryMarshal.TryGetArray(Borrowed, out ArraySegment<byte> segment)
        ? segment : throw new InvalidOperationException("A backend lends arrays.");

    public override void OnCompleted() => connection.OnReceived();
}
