namespace Gabbro.Reactor.Net;

/// <summary>Options of a stream socket.</summary>
public sealed class StreamOptions
{
    internal static StreamOptions Default { get; } = new();

    /// <summary>Sends small writes at once (TCP_NODELAY). True by default: a server that writes whole answers gains nothing from waiting.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>Probes a silent peer, so that one that vanished is noticed (SO_KEEPALIVE). False by default.</summary>
    public bool KeepAlive { get; set; }

    /// <summary>Bytes of the system's receive buffer, or 0 to leave it to the system.</summary>
    public int ReceiveBuffer { get; set; }

    /// <summary>Bytes of the system's send buffer, or 0 to leave it to the system.</summary>
    public int SendBuffer { get; set; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ReceiveBuffer);
        ArgumentOutOfRangeException.ThrowIfNegative(SendBuffer);
    }
}
