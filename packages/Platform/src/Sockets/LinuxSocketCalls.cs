using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using static Gabbro.Platform.Native.Linux.LinuxSocket;

namespace Gabbro.Platform.Sockets;

/// <summary>Sockets of Linux: flags at creation and acceptance, batches, sendfile(2).</summary>
internal sealed unsafe class LinuxSocketCalls : UnixSocketCalls
{
    /// <summary>Messages handed to one sendmmsg or recvmmsg: 64 headers are 4 KiB of stack.</summary>
    private const int BatchSize = 64;

    protected override int NonBlockFlag => 0x800;

    internal override bool IsWouldBlock(int code) => code is LinuxErrors.EAGAIN or LinuxErrors.EINPROGRESS;

    internal override bool IsInterrupted(int code) => code == LinuxErrors.EINTR;

    internal override bool IsInProgress(int code) => code == LinuxErrors.EINPROGRESS;

    internal override nint Create(SocketFamily family, SocketKind kind, int protocol) =>
        Checked(SysSocket.socket(SocketEndpointLayout.Linux.Native(family), NativeKind(kind), protocol));

    internal override nint CreatePair(SocketKind kind, nint* pair)
    {
        int* descriptors = stackalloc int[2];
        nint result = Checked(SysSocket.socketpair(AF_UNIX, NativeKind(kind), 0, descriptors));
        pair[0] = descriptors[0];
        pair[1] = descriptors[1];
        return result;
    }

    internal override nint Accept(nint socket, byte* address, int* length) =>
        Checked(LinuxSysSocket.accept4((int)socket, address, (uint*)length, SOCK_NONBLOCK | SOCK_CLOEXEC));

    internal override nint SendMessage(nint socket, ref SocketMessage message, int flags)
    {
        Fill(ref message, receiving: false, out LinuxMessageHeader header);
        return Checked(SysSocket.sendmsg((int)socket, &header, flags));
    }

    internal override nint ReceiveMessage(nint socket, ref SocketMessage message, int flags)
    {
        Fill(ref message, receiving: true, out LinuxMessageHeader header);
        nint result = Checked(SysSocket.recvmsg((int)socket, &header, flags | MSG_CMSG_CLOEXEC));
        if (result >= 0) Drain(ref message, header);
        return result;
    }

    internal override nint SendMessages(nint socket, Span<SocketMessage> messages, int flags)
    {
        LinuxMultiMessageHeader* headers = stackalloc LinuxMultiMessageHeader[Math.Min(messages.Length, BatchSize)];
        int done = 0;
        while (done < messages.Length)
        {
            int count = Math.Min(messages.Length - done, BatchSize);
            for (int i = 0; i < count; i++) Fill(ref messages[done + i], receiving: false, out headers[i].msg_hdr);
            nint sent = Checked(LinuxSysSocket.sendmmsg((int)socket, headers, (uint)count, flags));
            if (sent < 0) return done > 0 ? done : sent;
            for (int i = 0; i < sent; i++) messages[done + i].Transferred = (int)headers[i].msg_len;
            done += (int)sent;
            if (sent < count) break;
        }

        return done;
    }

    internal override nint ReceiveMessages(nint socket, Span<SocketMessage> messages, int flags)
    {
        LinuxMultiMessageHeader* headers = stackalloc LinuxMultiMessageHeader[Math.Min(messages.Length, BatchSize)];
        int done = 0;
        while (done < messages.Length)
        {
            int count = Math.Min(messages.Length - done, BatchSize);
            for (int i = 0; i < count; i++) Fill(ref messages[done + i], receiving: true, out headers[i].msg_hdr);
            nint got = Checked(LinuxSysSocket.recvmmsg((int)socket, headers, (uint)count, flags | MSG_CMSG_CLOEXEC, null));
            if (got < 0) return done > 0 ? done : got;
            for (int i = 0; i < got; i++)
            {
                messages[done + i].Transferred = (int)headers[i].msg_len;
                Drain(ref messages[done + i], headers[i].msg_hdr);
            }

            done += (int)got;
            if (got < count) break;
        }

        return done;
    }

    internal override nint SendFile(nint socket, nint file, ref long offset, nuint count)
    {
        long position = offset;
        nint sent = Checked(LinuxSysSocket.sendfile((int)socket, (int)file, &position, count));
        if (sent > 0) offset += sent;
        return sent;
    }

    internal override int NativeFlags(MessageFlags flags, bool sending)
    {
        if (flags == MessageFlags.None) return sending ? MSG_NOSIGNAL : 0;
        int native = sending ? MSG_NOSIGNAL : 0;
        if ((flags & MessageFlags.Peek) != 0) native |= MSG_PEEK;
        if ((flags & MessageFlags.OutOfBand) != 0) native |= MSG_OOB;
        if ((flags & MessageFlags.WaitAll) != 0) native |= MSG_WAITALL;
        if ((flags & MessageFlags.DontWait) != 0) native |= MSG_DONTWAIT;
        if ((flags & MessageFlags.More) != 0) native |= MSG_MORE;
        if ((flags & MessageFlags.TrueLength) != 0) native |= MSG_TRUNC;
        if ((flags & MessageFlags.ErrorQueue) != 0) native |= MSG_ERRQUEUE;
        if ((flags & MessageFlags.DontRoute) != 0) native |= MSG_DONTROUTE;
        if ((flags & MessageFlags.ZeroCopy) != 0) native |= MSG_ZEROCOPY;
        if ((flags & MessageFlags.FastOpen) != 0) native |= MSG_FASTOPEN;
        return native;
    }

    internal override MessageFlags FromNativeFlags(int flags)
    {
        MessageFlags result = MessageFlags.None;
        if ((flags & MSG_TRUNC) != 0) result |= MessageFlags.Truncated;
        if ((flags & MSG_CTRUNC) != 0) result |= MessageFlags.ControlTruncated;
        if ((flags & MSG_EOR) != 0) result |= MessageFlags.EndOfRecord;
        if ((flags & MSG_OOB) != 0) result |= MessageFlags.OutOfBand;
        if ((flags & MSG_ERRQUEUE) != 0) result |= MessageFlags.ErrorQueue;
        return result;
    }

    internal override (int Level, int Name) NativeOption(SocketOption option) => option switch
    {
        SocketOption.ReuseAddress => (SOL_SOCKET, SO_REUSEADDR),
        SocketOption.ReusePort => (SOL_SOCKET, SO_REUSEPORT),
        SocketOption.KeepAlive => (SOL_SOCKET, SO_KEEPALIVE),
        SocketOption.KeepAliveIdleSeconds => (IPPROTO_TCP, TCP_KEEPIDLE),
        SocketOption.KeepAliveIntervalSeconds => (IPPROTO_TCP, TCP_KEEPINTVL),
        SocketOption.KeepAliveCount => (IPPROTO_TCP, TCP_KEEPCNT),
        SocketOption.NoDelay => (IPPROTO_TCP, TCP_NODELAY),
        SocketOption.Cork => (IPPROTO_TCP, TCP_CORK),
        SocketOption.QuickAcknowledge => (IPPROTO_TCP, TCP_QUICKACK),
        SocketOption.SendBufferSize => (SOL_SOCKET, SO_SNDBUF),
        SocketOption.ReceiveBufferSize => (SOL_SOCKET, SO_RCVBUF),
        SocketOption.UnsentLowWatermark => (IPPROTO_TCP, TCP_NOTSENT_LOWAT),
        SocketOption.Broadcast => (SOL_SOCKET, SO_BROADCAST),
        SocketOption.IPv6Only => (IPPROTO_IPV6, IPV6_V6ONLY),
        SocketOption.DeferAcceptSeconds => (IPPROTO_TCP, TCP_DEFER_ACCEPT),
        SocketOption.FastOpenQueue => (IPPROTO_TCP, TCP_FASTOPEN),
        SocketOption.UserTimeoutMilliseconds => (IPPROTO_TCP, TCP_USER_TIMEOUT),
        SocketOption.MaximumSegment => (IPPROTO_TCP, TCP_MAXSEG),
        SocketOption.PendingError => (SOL_SOCKET, SO_ERROR),
        SocketOption.IsListening => (SOL_SOCKET, SO_ACCEPTCONN),
        SocketOption.NativeType => (SOL_SOCKET, SO_TYPE),
        SocketOption.PassCredentials => (SOL_SOCKET, SO_PASSCRED),
        SocketOption.ZeroCopy => (SOL_SOCKET, SO_ZEROCOPY),
        SocketOption.BusyPollMicroseconds => (SOL_SOCKET, SO_BUSY_POLL),
        SocketOption.IncomingCpu => (SOL_SOCKET, SO_INCOMING_CPU),
        SocketOption.Mark => (SOL_SOCKET, SO_MARK),
        SocketOption.Priority => (SOL_SOCKET, SO_PRIORITY),
        SocketOption.TypeOfService => (IPPROTO_IP, IP_TOS),
        SocketOption.TrafficClass => (IPPROTO_IPV6, IPV6_TCLASS),
        SocketOption.TimeToLive => (IPPROTO_IP, IP_TTL),
        SocketOption.UnicastHops => (IPPROTO_IPV6, IPV6_UNICAST_HOPS),
        SocketOption.PacketInformation => (IPPROTO_IP, IP_PKTINFO),
        SocketOption.PacketInformationIPv6 => (IPPROTO_IPV6, IPV6_RECVPKTINFO),
        SocketOption.FreeBind => (IPPROTO_IP, IP_FREEBIND),
        SocketOption.UdpSegmentSize => (IPPROTO_UDP, UDP_SEGMENT),
        SocketOption.UdpReceiveOffload => (IPPROTO_UDP, UDP_GRO),
        SocketOption.MulticastTimeToLive => (IPPROTO_IP, IP_MULTICAST_TTL),
        SocketOption.MulticastLoopback => (IPPROTO_IP, IP_MULTICAST_LOOP),
        SocketOption.MulticastHops => (IPPROTO_IPV6, IPV6_MULTICAST_HOPS),
        SocketOption.MulticastLoopbackIPv6 => (IPPROTO_IPV6, IPV6_MULTICAST_LOOP),
        SocketOption.MulticastInterfaceIPv6 => (IPPROTO_IPV6, IPV6_MULTICAST_IF),
        _ => (-1, 0),
    };

    internal override (int IPv4Join, int IPv4Leave, int IPv6Join, int IPv6Leave) MulticastOptions =>
        (IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP);

    internal override (int Level, int Name) LingerOption => (SOL_SOCKET, SO_LINGER);

    private static int NativeKind(SocketKind kind) => SOCK_NONBLOCK | SOCK_CLOEXEC | kind switch
    {
        SocketKind.Stream => SOCK_STREAM,
        SocketKind.Datagram => SOCK_DGRAM,
        _ => SOCK_SEQPACKET,
    };

    private static void Fill(ref SocketMessage message, bool receiving, out LinuxMessageHeader header)
    {
        header = default;
        if (message.Address != null)
        {
            header.msg_name = message.Address;
            header.msg_namelen = receiving ? SocketEndpoint.Capacity : (uint)message.Address->NativeLength;
        }

        header.msg_iov = message.Segments;
        header.msg_iovlen = (nuint)message.SegmentCount;
        header.msg_control = message.Control;
        header.msg_controllen = message.Control == null ? 0 : (nuint)message.ControlLength;
    }

    private void Drain(ref SocketMessage message, in LinuxMessageHeader header)
    {
        if (message.Address != null) message.Address->SetNativeLength((int)header.msg_namelen);
        message.ControlLength = (int)header.msg_controllen;
        message.Flags = FromNativeFlags(header.msg_flags);
    }
}
