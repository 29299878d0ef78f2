namespace Gabbro.Reactor.Http.Client;

/// <summary>What carries the bytes of a <see cref="ClientConnection"/>.</summary>
internal abstract class ClientTransport
{
    /// <summary>
    /// Asks for bytes, once: <see cref="ClientConnection.OnReceived"/> or <see cref="ClientConnection.OnEnded"/> is called with them,
    /// perhaps before this returns. Nothing while an earlier request is outstanding.
    /// </summary>
    public abstract void Receive();

    /// <summary>Sends two pieces, the second behind the first.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second);

    /// <summary>Lets a send that is pending end, where that is possible; its connection is of no use after that.</summary>
    public abstract void AbandonSend();

    /// <summary>Closes. Operations that are pending end.</summary>
    public abstract void Close();
}
