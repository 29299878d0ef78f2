using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Net;

/// <summary>One of the datagrams that <see cref="DatagramSocket.SendBatchAsync"/> sends.</summary>
/// <param name="Bytes">Its bytes.</param>
/// <param name="To">Where it goes; the default value for the peer of a connected socket.</param>
public readonly record struct OutgoingDatagram(ReadOnlyMemory<byte> Bytes, SocketEndpoint To);
