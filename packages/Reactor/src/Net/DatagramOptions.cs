namespace Gabbro.Reactor.Net;

/// <summary>Options of a datagram socket.</summary>
public sealed class DatagramOptions
{
    internal static DatagramOptions Default { get; } = new();

    /// <summary>Lets several sockets share the address, the system spreading datagrams over them (SO_REUSEPORT). False by default.</summary>
    public bool ShareAddress { get; set; }

    /// <summary>Allows datagrams to a broadcast address. False by default.</summary>
    public bool Broadcast { get; set; }

    /// <summary>Bytes of the system's receive buffer, or 0 to leave it to the system.</summary>
    public int ReceiveBuffer { get; set; }

    /// <summary>Bytes of the system's send buffer, or 0 to leave it to the system.</summary>
    public int SendBuffer { get; set; }
}
