namespace Gabbro.Platform.Sockets;

/// <summary>Which half of a connection to shut down; see shutdown(2).</summary>
public enum SocketShutdown
{
    /// <summary>No further receives.</summary>
    Receive = 0,

    /// <summary>No further sends: the peer reads the end of the stream after the data already sent.</summary>
    Send = 1,

    /// <summary>Both halves.</summary>
    Both = 2,
}
