namespace Gabbro.Platform.Sockets;

/// <summary>Options of a socket with an integer or boolean (0 or 1) value. An option that the running system does not have
/// comes back as an error of kind not-supported and changes nothing.</summary>
public enum SocketOption
{
    /// <summary>Let an address be bound again while old connections linger (<c>SO_REUSEADDR</c>). On Windows this steals
    /// ports; use <see cref="ExclusiveAddressUse"/> there.</summary>
    ReuseAddress,

    /// <summary>Several sockets share one address and the kernel spreads connections and datagrams over them
    /// (<c>SO_REUSEPORT</c>); not on Windows.</summary>
    ReusePort,

    /// <summary>Nobody else may bind the address (<c>SO_EXCLUSIVEADDRUSE</c>); Windows only.</summary>
    ExclusiveAddressUse,

    /// <summary>Send keep-alive probes on an idle connection (<c>SO_KEEPALIVE</c>).</summary>
    KeepAlive,

    /// <summary>Seconds of idleness before the first keep-alive probe (<c>TCP_KEEPIDLE</c>).</summary>
    KeepAliveIdleSeconds,

    /// <summary>Seconds between keep-alive probes (<c>TCP_KEEPINTVL</c>).</summary>
    KeepAliveIntervalSeconds,

    /// <summary>Unanswered probes before the connection is dropped (<c>TCP_KEEPCNT</c>).</summary>
    KeepAliveCount,

    /// <summary>Send small segments at once, without Nagle's delay (<c>TCP_NODELAY</c>).</summary>
    NoDelay,

    /// <summary>Hold partial segments until the option is cleared (<c>TCP_CORK</c>, <c>TCP_NOPUSH</c>).</summary>
    Cork,

    /// <summary>Acknowledge at once instead of delaying (<c>TCP_QUICKACK</c>); Linux; the kernel clears it again by itself.</summary>
    QuickAcknowledge,

    /// <summary>Bytes of the send buffer (<c>SO_SNDBUF</c>); Linux reports twice what was set.</summary>
    SendBufferSize,

    /// <summary>Bytes of the receive buffer (<c>SO_RCVBUF</c>); Linux reports twice what was set.</summary>
    ReceiveBufferSize,

    /// <summary>Writability is reported only while fewer unsent bytes than this are queued (<c>TCP_NOTSENT_LOWAT</c>).</summary>
    UnsentLowWatermark,

    /// <summary>Allow sending to broadcast addresses (<c>SO_BROADCAST</c>).</summary>
    Broadcast,

    /// <summary>An IPv6 socket refuses IPv4 (<c>IPV6_V6ONLY</c>); clear it for dual stack, before bind.</summary>
    IPv6Only,

    /// <summary>Complete a listening connection only when data has come, or after this many seconds
    /// (<c>TCP_DEFER_ACCEPT</c>); Linux.</summary>
    DeferAcceptSeconds,

    /// <summary>Length of the queue of TCP fast-open requests on a listener (<c>TCP_FASTOPEN</c>).</summary>
    FastOpenQueue,

    /// <summary>Milliseconds that sent data may stay unacknowledged (<c>TCP_USER_TIMEOUT</c>); Linux.</summary>
    UserTimeoutMilliseconds,

    /// <summary>Largest segment size (<c>TCP_MAXSEG</c>).</summary>
    MaximumSegment,

    /// <summary>The pending error of the socket as a native code, cleared by reading (<c>SO_ERROR</c>); read only.</summary>
    PendingError,

    /// <summary>1 when the socket listens (<c>SO_ACCEPTCONN</c>); read only.</summary>
    IsListening,

    /// <summary>The native type of the socket (<c>SO_TYPE</c>); read only.</summary>
    NativeType,

    /// <summary>Receive the sender's credentials with each message (<c>SO_PASSCRED</c>); Linux.</summary>
    PassCredentials,

    /// <summary>Enable zero-copy sends (<c>SO_ZEROCOPY</c>); Linux.</summary>
    ZeroCopy,

    /// <summary>Microseconds to busy-poll the device when idle (<c>SO_BUSY_POLL</c>); Linux.</summary>
    BusyPollMicroseconds,

    /// <summary>The CPU that handles the incoming packets (<c>SO_INCOMING_CPU</c>); Linux.</summary>
    IncomingCpu,

    /// <summary>A mark on all packets (<c>SO_MARK</c>); Linux, privileged.</summary>
    Mark,

    /// <summary>Queueing priority of the packets (<c>SO_PRIORITY</c>); Linux.</summary>
    Priority,

    /// <summary>Type of service of IPv4 packets (<c>IP_TOS</c>).</summary>
    TypeOfService,

    /// <summary>Traffic class of IPv6 packets (<c>IPV6_TCLASS</c>).</summary>
    TrafficClass,

    /// <summary>Hops an IPv4 packet may take (<c>IP_TTL</c>).</summary>
    TimeToLive,

    /// <summary>Hops an IPv6 packet may take (<c>IPV6_UNICAST_HOPS</c>).</summary>
    UnicastHops,

    /// <summary>Deliver the destination address and interface of IPv4 datagrams (<c>IP_PKTINFO</c>).</summary>
    PacketInformation,

    /// <summary>Deliver the destination address and interface of IPv6 datagrams (<c>IPV6_RECVPKTINFO</c>).</summary>
    PacketInformationIPv6,

    /// <summary>Allow binding to an address that this machine does not have yet (<c>IP_FREEBIND</c>); Linux.</summary>
    FreeBind,

    /// <summary>Size of the segments that one large UDP send is cut into (<c>UDP_SEGMENT</c>); Linux.</summary>
    UdpSegmentSize,

    /// <summary>Let the kernel join UDP segments of one flow on receive (<c>UDP_GRO</c>); Linux.</summary>
    UdpReceiveOffload,

    /// <summary>Hops of outgoing IPv4 multicast (<c>IP_MULTICAST_TTL</c>).</summary>
    MulticastTimeToLive,

    /// <summary>Hear one's own IPv4 multicast (<c>IP_MULTICAST_LOOP</c>).</summary>
    MulticastLoopback,

    /// <summary>Hops of outgoing IPv6 multicast (<c>IPV6_MULTICAST_HOPS</c>).</summary>
    MulticastHops,

    /// <summary>Hear one's own IPv6 multicast (<c>IPV6_MULTICAST_LOOP</c>).</summary>
    MulticastLoopbackIPv6,

    /// <summary>The index of the interface of outgoing IPv6 multicast (<c>IPV6_MULTICAST_IF</c>).</summary>
    MulticastInterfaceIPv6,

    /// <summary>Do not raise <c>SIGPIPE</c> (<c>SO_NOSIGPIPE</c>); macOS; set by this package on every socket there.</summary>
    NoSigPipe,
}
