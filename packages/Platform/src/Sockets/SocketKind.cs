namespace Gabbro.Platform.Sockets;

/// <summary>How a socket carries data.</summary>
public enum SocketKind
{
    /// <summary>A byte stream: TCP, or a Unix stream socket.</summary>
    Stream = 1,

    /// <summary>Datagrams that keep their boundaries: UDP, or a Unix datagram socket.</summary>
    Datagram = 2,

    /// <summary>A connected sequence of messages that keep their boundaries; Unix sockets on Linux.</summary>
    SequencedPacket = 3,
}
