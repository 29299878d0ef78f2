namespace Gabbro.Platform.Sockets;

/// <summary>The address families this package creates sockets of. The values are this package's own; the native number of
/// a family differs between systems.</summary>
public enum SocketFamily
{
    /// <summary>No address, or a family that this package does not name.</summary>
    Unspecified = 0,

    /// <summary>Internet protocol version 4 (<c>AF_INET</c>).</summary>
    IPv4 = 1,

    /// <summary>Internet protocol version 6 (<c>AF_INET6</c>); a dual-stack socket speaks version 4 too.</summary>
    IPv6 = 2,

    /// <summary>Sockets of one machine, named by a path (<c>AF_UNIX</c>).</summary>
    Unix = 3,
}
