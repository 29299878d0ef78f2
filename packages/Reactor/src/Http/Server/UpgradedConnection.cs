using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Http.Server;

/// <summary>A connection that left HTTP.</summary>
/// <param name="Stream">The stream; whoever has it disposes it.</param>
/// <param name="Received">What the client sent behind its request; it belongs to the new protocol.</param>
public readonly record struct UpgradedConnection(StreamSocket Stream, ReadOnlyMemory<byte> Received);
