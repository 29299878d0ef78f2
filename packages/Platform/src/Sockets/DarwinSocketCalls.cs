using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Unix;
using static Gabbro.Platform.Native.Darwin.DarwinSocket;

namespace Gabbro.Platform.Sockets;

/// <summary>Sockets of macOS: close-on-exec and non-blocking mode are set after creation (there is no flag for them, so a
/// spawn through this package uses POSIX_SPAWN_CLOEXEC_DEFAULT), and SIGPIPE is refused by a socket option.</summary>
internal sealed unsafe class DarwinSocketCalls : UnixSocketCalls
{
    protected override int NonBlockFlag => 4;

    internal override bool IsWouldBlock(int code) => code is DarwinErrors.EAGAIN or DarwinErrors.EINPROGRESS;

    internal override bool IsInterrupted(int code) => code == DarwinErrors.EINTR;

    internal override bool IsInProgress(int code) => code == DarwinErrors.EINPROGRESS;

    internal override nint Create(SocketFamily family, SocketKind kind, int protocol) =>
        Prepare(Checked(SysSocket.socket(SocketEndpointLayout.MacOS.Native(family), NativeKind(kind), protocol)));

    internal override nint CreatePair(SocketKind kind, nint* pair)
    {
        int* descriptors = stackalloc int[2];
        nint result = Checked(SysSocket.socketpair(AF_UNIX, NativeKind(kind), 0, descriptors));
        if (result < 0) return result;
        pair[0] = Prepare(descriptors[0]);
        pair[1] = Prepare(descriptors[1]);
        return 0;
    }

    internal override nint Accept(nint socket, byte* address, int* length) =>
        Prepare(Checked(SysSocket.accept((int)socket, address, (uint*)length)));

    internal override nint SendMessage(nint socket, ref SocketMessage message, int flags)
    {
        Fill(ref message, receiving: false, out DarwinMessageHeader header);
        return Checked(SysSocket.sendmsg((int)socket, &header, flags));
    }

    internal override nint ReceiveMessage(nint socket, ref SocketMessage message, int flags)
    {
        Fill(ref message, receiving: true, out DarwinMessageHeader header);
        nint result = Checked(SysSocket.recvmsg((int)socket, &header, flags));
        if (result < 0) return result;
        if (message.Address != null) message.Address->SetNativeLength((int)header.msg_namelen);
        message.ControlLength = (int)header.msg_controllen;
        message.Flags = FromNativeFlags(header.msg_flags);
        return result;
    }

    internal override nint SendFile(nint socket, nint file, ref long offset, nuint count)
    {
        // A length of 0 would mean "to the end of the file" here.
        if (count == 0) return 0;
        long length = (long)Math.Min((ulong)count, long.MaxValue);
        nint result = Checked(DarwinSysSocket.sendfile((int)file, (int)socket, offset, &length, null, 0));
        if (result < 0 && length == 0) return result;
        offset += length;
        return (nint)length;
    }

    internal override int NativeFlags(MessageFlags flags, bool sending)
    {
        const MessageFlags Known = MessageFlags.Peek | MessageFlags.OutOfBand | MessageFlags.WaitAll
            | MessageFlags.DontWait | MessageFlags.DontRoute | MessageFlags.More;
        if ((flags & ~Known) != 0) throw new PlatformNotSupportedException($"macOS has no message flag {flags & ~Known}.");
        int native = 0;
        if ((flags & MessageFlags.Peek) != 0) native |= MSG_PEEK;
        if ((flags & MessageFlags.OutOfBand) != 0) native |= MSG_OOB;
        if ((flags & MessageFlags.WaitAll) != 0) native |= MSG_WAITALL;
        if ((flags & MessageFlags.DontWait) != 0) native |= MSG_DONTWAIT;
        if ((flags & MessageFlags.DontRoute) != 0) native |= MSG_DONTROUTE;
        return native;
    }

    internal override MessageFlags FromNativeFlags(int flags)
    {
        MessageFlags result = MessageFlags.None;
        if ((flags & MSG_TRUNC) != 0) result |= MessageFlags.Truncated;
        if ((flags & MSG_CTRUNC) != 0) result |= MessageFlags.ControlTruncated;
        if ((flags & MSG_EOR) != 0) result |= MessageFlags.EndOfRecord;
        if ((flags & MSG_OOB) != 0) result |= MessageFlags.OutOfBand;
        return result;
    }

    internal override (int Level, int Name) NativeOption(SocketOption option) => option switch
    {
        SocketOption.ReuseAddress => (SOL_SOCKET, SO_REUSEADDR),
        SocketOption.ReusePort => (SOL_SOCKET, SO_REUSEPORT),
        SocketOption.KeepAlive => (SOL_SOCKET, SO_KEEPALIVE),
        SocketOption.KeepAliveIdleSeconds => (IPPROTO_TCP, TCP_KEEPALIVE),
        SocketOption.KeepAliveIntervalSeconds => (IPPROTO_TCP, TCP_KEEPINTVL),
        SocketOption.KeepAliveCount => (IPPROTO_TCP, TCP_KEEPCNT),
        SocketOption.NoDelay => (IPPROTO_TCP, TCP_NODELAY),
        SocketOption.Cork => (IPPROTO_TCP, TCP_NOPUSH),
        SocketOption.SendBufferSize => (SOL_SOCKET, SO_SNDBUF),
        SocketOption.ReceiveBufferSize => (SOL_SOCKET, SO_RCVBUF),
        SocketOption.UnsentLowWatermark => (IPPROTO_TCP, TCP_NOTSENT_LOWAT),
        SocketOption.Broadcast => (SOL_SOCKET, SO_BROADCAST),
        SocketOption.IPv6Only => (IPPROTO_IPV6, IPV6_V6ONLY),
        SocketOption.FastOpenQueue => (IPPROTO_TCP, TCP_FASTOPEN),
        SocketOption.MaximumSegment => (IPPROTO_TCP, TCP_MAXSEG),
        SocketOption.PendingError => (SOL_SOCKET, SO_ERROR),
        SocketOption.IsListening => (SOL_SOCKET, SO_ACCEPTCONN),
        SocketOption.NativeType => (SOL_SOCKET, SO_TYPE),
        SocketOption.TypeOfService => (IPPROTO_IP, IP_TOS),
        SocketOption.TrafficClass => (IPPROTO_IPV6, IPV6_TCLASS),
        SocketOption.TimeToLive => (IPPROTO_IP, IP_TTL),
        SocketOption.UnicastHops => (IPPROTO_IPV6, IPV6_UNICAST_HOPS),
        SocketOption.PacketInformation => (IPPROTO_IP, IP_PKTINFO),
        SocketOption.PacketInformationIPv6 => (IPPROTO_IPV6, IPV6_RECVPKTINFO),
        SocketOption.MulticastTimeToLive => (IPPROTO_IP, IP_MULTICAST_TTL),
        SocketOption.MulticastLoopback => (IPPROTO_IP, IP_MULTICAST_LOOP),
        SocketOption.MulticastHops => (IPPROTO_IPV6, IPV6_MULTICAST_HOPS),
        SocketOption.MulticastLoopbackIPv6 => (IPPROTO_IPV6, IPV6_MULTICAST_LOOP),
        SocketOption.MulticastInterfaceIPv6 => (IPPROTO_IPV6, IPV6_MULTICAST_IF),
        SocketOption.NoSigPipe => (SOL_SOCKET, SO_NOSIGPIPE),
        _ => (-1, 0),
    };

    internal override (int IPv4Join, int IPv4Leave, int IPv6Join, int IPv6Leave) MulticastOptions =>
        (IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP);

    internal override (int Level, int Name) LingerOption => (SOL_SOCKET, SO_LINGER_SEC);

    private static int NativeKind(SocketKind kind) => kind switch
    {
        SocketKind.Stream => SOCK_STREAM,
        SocketKind.Datagram => SOCK_DGRAM,
        _ => SOCK_SEQPACKET,
    };

    private nint Prepare(nint socket)
    {
        if (socket < 0) return socket;
        nint result = Checked(Fcntl.fcntl((int)socket, F_SETFD, FD_CLOEXEC));
        if (result >= 0) result = SetBlocking(socket, blocking: false);
        int on = 1;
        if (result >= 0) result = SetOption(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof(int));
        if (result >= 0) return socket;
        Close(socket);
        return result;
    }

    private static void Fill(ref SocketMessage message, bool receiving, out DarwinMessageHeader header)
    {
        header = default;
        if (message.Address != null)
        {
            header.msg_name = message.Address;
            header.msg_namelen = receiving ? SocketEndpoint.Capacity : (uint)message.Address->NativeLength;
        }

        header.msg_iov = message.Segments;
        header.msg_iovlen = message.SegmentCount;
        header.msg_control = message.Control;
        header.msg_controllen = message.Control == null ? 0 : (uint)message.ControlLength;
    }
}
