using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Net;

/// <summary>What <see cref="DatagramSocket.ReceiveAsync"/> received.</summary>
/// <param name="Length">Bytes in the buffer.</param>
/// <param name="From">Where the datagram came from.</param>
public readonly record struct ReceivedDatagram(int Length, SocketEndpoint From);
