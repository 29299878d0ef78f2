namespace Gabbro.Reactor.Net;

/// <summary>Options of a listening socket.</summary>
public sealed class ListenOptions
{
    internal static ListenOptions Default { get; } = new();

    /// <summary>Connections the system queues before they are accepted; the system may lower it. 4096 by default.</summary>
    public int Backlog { get; set; } = 4096;

    /// <summary>
    /// Lets several sockets, one a loop, listen at one address; the system spreads connections over them
    /// (SO_REUSEPORT). False by default.
    /// </summary>
    public bool ShareAddress { get; set; }

    /// <summary>Options given to every accepted connection.</summary>
    public StreamOptions Streams { get; set; } = StreamOptions.Default;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Backlog);
        ArgumentNullException.ThrowIfNull(Streams);
        Streams.Validate();
    }
}
