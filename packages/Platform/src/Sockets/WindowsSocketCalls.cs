using System.Runtime.InteropServices;
using Gabbro.Platform.Native.Windows;
using static Gabbro.Platform.Native.Windows.WinSocket;
using Overlapped = Gabbro.Platform.Native.Windows.Overlapped;

namespace Gabbro.Platform.Sockets;

/// <summary>Sockets of Windows (WinSock 2).</summary>
internal sealed unsafe class WindowsSocketCalls : SocketCalls
{
    /// <summary>A bounce buffer of this size goes through the stack of one SendFile call.</summary>
    private const int FileChunk = 32 * 1024;

    private int _started;
    private nint _receiveMessage;

    internal override bool IsWouldBlock(int code) => code is WSAEWOULDBLOCK or WSAEINPROGRESS or Win32Errors.ERROR_IO_PENDING;

    internal override bool IsInterrupted(int code) => code == WSAEINTR;

    internal override bool IsInProgress(int code) => code is WSAEWOULDBLOCK or WSAEINPROGRESS;

    internal override NativeError ErrorOf(int code) => NativeError.FromWin32(code);

    internal override nint Create(SocketFamily family, SocketKind kind, int protocol)
    {
        nint started = Start();
        if (started < 0) return started;
        nint socket = Ws2_32.WSASocketW(SocketEndpointLayout.Windows.Native(family), NativeKind(kind), protocol, null, 0,
            WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
        if (socket == -1) return LastError();
        if (kind == SocketKind.Datagram && family != SocketFamily.Unix) IgnoreUnreachable(socket);
        nint result = SetBlocking(socket, blocking: false);
        if (result >= 0) return socket;
        Close(socket);
        return result;
    }

    /// <summary>Windows has no socketpair: two sockets over the loopback interface, the accepted one checked to be ours.</summary>
    internal override nint CreatePair(SocketKind kind, nint* pair)
    {
        if (kind != SocketKind.Stream) return -WSAEOPNOTSUPP;
        nint listener = Create(SocketFamily.IPv4, kind, IPPROTO_TCP);
        if (listener < 0) return listener;
        nint result = Connect(listener, pair);
        Close(listener);
        return result;

        nint Connect(nint listening, nint* sockets)
        {
            SocketEndpoint address = SocketEndpoint.LoopbackIPv4(0), peer = default, local = default;
            int length = SocketEndpoint.Capacity;
            nint code = Bind(listening, (byte*)&address, address.NativeLength);
            if (code >= 0) code = Listen(listening, 1);
            if (code >= 0) code = Name(listening, false, (byte*)&address, &length);
            nint client = code >= 0 ? Create(SocketFamily.IPv4, kind, IPPROTO_TCP) : code;
            if (client < 0) return client;
            code = SetBlocking(client, true);
            if (code >= 0) code = this.Connect(client, (byte*)&address, length);
            if (code >= 0) code = SetBlocking(client, false);
            if (code >= 0) code = Name(client, false, (byte*)&local, &length);
            local.SetNativeLength(length);
            if (code >= 0) code = SetBlocking(listening, true);
            while (code >= 0)
            {
                length = SocketEndpoint.Capacity;
                code = Accept(listening, (byte*)&peer, &length);
                if (code < 0) break;
                peer.SetNativeLength(length);
                sockets[0] = client;
                sockets[1] = code;
                if (peer == local) return 0;
                Close(code);
            }

            Close(client);
            return code;
        }
    }

    internal override nint Bind(nint socket, byte* address, int length) => Checked(Ws2_32.bind(socket, address, length));

    internal override nint Listen(nint socket, int backlog) => Checked(Ws2_32.listen(socket, backlog));

    internal override nint Accept(nint socket, byte* address, int* length)
    {
        nint accepted = Ws2_32.accept(socket, address, length);
        if (accepted == -1) return LastError();
        nint result = SetBlocking(accepted, blocking: false);
        if (result >= 0 && IoApi.SetHandleInformation(accepted, 1, 0) == 0) result = LastError();
        if (result >= 0) return accepted;
        Close(accepted);
        return result;
    }

    internal override nint Connect(nint socket, byte* address, int length) => Checked(Ws2_32.connect(socket, address, length));

    internal override nint Name(nint socket, bool peer, byte* address, int* length) => Checked(peer
        ? Ws2_32.getpeername(socket, address, length)
        : Ws2_32.getsockname(socket, address, length));

    internal override nint Send(nint socket, byte* buffer, nuint length, int flags) =>
        Checked(Ws2_32.send(socket, buffer, Clamp(length), flags));

    internal override nint Receive(nint socket, byte* buffer, nuint length, int flags) =>
        Checked(Ws2_32.recv(socket, buffer, Clamp(length), flags));

    internal override nint SendTo(nint socket, byte* buffer, nuint length, int flags, byte* address, int addressLength) =>
        Checked(Ws2_32.sendto(socket, buffer, Clamp(length), flags, address, addressLength));

    internal override nint ReceiveFrom(nint socket, byte* buffer, nuint length, int flags, byte* address, int* addressLength) =>
        Checked(Ws2_32.recvfrom(socket, buffer, Clamp(length), flags, address, addressLength));

    internal override nint SendMessage(nint socket, ref SocketMessage message, int flags)
    {
        WsaBuffer* buffers = stackalloc WsaBuffer[message.SegmentCount];
        Convert(message, buffers);
        uint sent = 0;
        byte* address = (byte*)message.Address;
        int addressLength = message.Address == null ? 0 : message.Address->NativeLength;
        int result;
        if (message.Control != null)
        {
            WsaMessage native = new()
            {
                name = address,
                namelen = addressLength,
                lpBuffers = buffers,
                dwBufferCount = (uint)message.SegmentCount,
                Control = new WsaBuffer { len = (uint)message.ControlLength, buf = message.Control },
            };
            result = Ws2_32.WSASendMsg(socket, &native, (uint)flags, &sent, null, null);
        }
        else
        {
            result = Ws2_32.WSASendTo(
                socket, buffers, (uint)message.SegmentCount, &sent, (uint)flags, address, addressLength, null, null);
        }

        return result == 0 ? (nint)sent : LastError();
    }

    internal override nint ReceiveMessage(nint socket, ref SocketMessage message, int flags)
    {
        WsaBuffer* buffers = stackalloc WsaBuffer[message.SegmentCount];
        Convert(message, buffers);
        uint received = 0, nativeFlags = (uint)flags;
        int addressLength = message.Address == null ? 0 : SocketEndpoint.Capacity;
        int result;
        if (message.Control != null)
        {
            nint function = ReceiveMessageFunction(socket);
            if (function < 0) return function;
            WsaMessage native = new()
            {
                name = message.Address,
                namelen = addressLength,
                lpBuffers = buffers,
                dwBufferCount = (uint)message.SegmentCount,
                Control = new WsaBuffer { len = (uint)message.ControlLength, buf = message.Control },
                dwFlags = nativeFlags,
            };
            result = ((delegate* unmanaged<nint, WsaMessage*, uint*, void*, void*, int>)function)(socket, &native, &received, null, null);
            if (result != 0) return LastError();
            addressLength = native.namelen;
            nativeFlags = native.dwFlags;
            message.ControlLength = (int)native.Control.len;
        }
        else
        {
            result = Ws2_32.WSARecvFrom(socket, buffers, (uint)message.SegmentCount, &received, &nativeFlags,
                (byte*)message.Address, message.Address == null ? null : &addressLength, null, null);
            if (result != 0) return LastError();
            message.ControlLength = 0;
        }

        if (message.Address != null) message.Address->SetNativeLength(addressLength);
        message.Flags = FromNativeFlags((int)nativeFlags);
        return (nint)received;
    }

    internal override nint Shutdown(nint socket, SocketShutdown how) => Checked(Ws2_32.shutdown(socket, (int)how));

    internal override nint Close(nint socket) => Checked(Ws2_32.closesocket(socket));

    internal override nint GetOption(nint socket, int level, int name, void* value, int* length) =>
        Checked(Ws2_32.getsockopt(socket, level, name, value, length));

    internal override nint SetOption(nint socket, int level, int name, void* value, int length) =>
        Checked(Ws2_32.setsockopt(socket, level, name, value, length));

    internal override nint SetBlocking(nint socket, bool blocking)
    {
        uint argument = blocking ? 0u : 1u;
        return Checked(Ws2_32.ioctlsocket(socket, FIONBIO, &argument));
    }

    /// <summary>Copies through a buffer: TransmitFile blocks or needs an overlapped operation, so it belongs to the completion
    /// port. What a full send buffer did not take is simply read again by the next call.</summary>
    /// <remarks>
    /// A copy through the stack, on purpose: TransmitFile knows no non-blocking mode. Without an OVERLAPPED it returns when all is
    /// sent, however long the peer takes to read, and with one it is an operation of a completion port:
    /// <see cref="Polling.CompletionPort.SendFile"/>. Readiness needs a call that sends what there is room for and returns.
    /// </remarks>
    internal override nint SendFile(nint socket, nint file, ref long offset, nuint count)
    {
        byte* chunk = stackalloc byte[FileChunk];
        nint total = 0;
        while ((nuint)total < count)
        {
            Overlapped position = Overlapped.At(offset);
            uint read = 0;
            uint wanted = (uint)Math.Min((nuint)FileChunk, count - (nuint)total);
            if (Kernel32.ReadFile(file, chunk, wanted, &read, &position) == 0)
            {
                int code = Marshal.GetLastSystemError();
                if (code == Win32Errors.ERROR_HANDLE_EOF) return total;
                return total > 0 ? total : -code;
            }

            if (read == 0) return total;
            nint sent = Send(socket, chunk, read, 0);
            if (sent < 0) return total > 0 ? total : sent;
            offset += sent;
            total += sent;
            if (sent < read) break;
        }

        return total;
    }

    internal override int NativeFlags(MessageFlags flags, bool sending)
    {
        const MessageFlags Known = MessageFlags.Peek | MessageFlags.OutOfBand | MessageFlags.WaitAll
            | MessageFlags.DontRoute | MessageFlags.More;
        if ((flags & ~Known) != 0) throw new PlatformNotSupportedException($"Windows has no message flag {flags & ~Known}.");
        int native = 0;
        if ((flags & MessageFlags.Peek) != 0) native |= MSG_PEEK;
        if ((flags & MessageFlags.OutOfBand) != 0) native |= MSG_OOB;
        if ((flags & MessageFlags.WaitAll) != 0) native |= MSG_WAITALL;
        if ((flags & MessageFlags.DontRoute) != 0) native |= MSG_DONTROUTE;
        return native;
    }

    internal override MessageFlags FromNativeFlags(int flags)
    {
        MessageFlags result = MessageFlags.None;
        if ((flags & MSG_TRUNC) != 0) result |= MessageFlags.Truncated;
        if ((flags & MSG_CTRUNC) != 0) result |= MessageFlags.ControlTruncated;
        if ((flags & MSG_OOB) != 0) result |= MessageFlags.OutOfBand;
        return result;
    }

    internal override (int Level, int Name) NativeOption(SocketOption option) => option switch
    {
        SocketOption.ReuseAddress => (SOL_SOCKET, SO_REUSEADDR),
        SocketOption.ExclusiveAddressUse => (SOL_SOCKET, SO_EXCLUSIVEADDRUSE),
        SocketOption.KeepAlive => (SOL_SOCKET, SO_KEEPALIVE),
        SocketOption.KeepAliveIdleSeconds => (IPPROTO_TCP, TCP_KEEPIDLE),
        SocketOption.KeepAliveIntervalSeconds => (IPPROTO_TCP, TCP_KEEPINTVL),
        SocketOption.KeepAliveCount => (IPPROTO_TCP, TCP_KEEPCNT),
        SocketOption.NoDelay => (IPPROTO_TCP, TCP_NODELAY),
        SocketOption.SendBufferSize => (SOL_SOCKET, SO_SNDBUF),
        SocketOption.ReceiveBufferSize => (SOL_SOCKET, SO_RCVBUF),
        SocketOption.Broadcast => (SOL_SOCKET, SO_BROADCAST),
        SocketOption.IPv6Only => (IPPROTO_IPV6, IPV6_V6ONLY),
        SocketOption.FastOpenQueue => (IPPROTO_TCP, TCP_FASTOPEN),
        SocketOption.PendingError => (SOL_SOCKET, SO_ERROR),
        SocketOption.IsListening => (SOL_SOCKET, SO_ACCEPTCONN),
        SocketOption.NativeType => (SOL_SOCKET, SO_TYPE),
        SocketOption.TypeOfService => (IPPROTO_IP, IP_TOS),
        SocketOption.TrafficClass => (IPPROTO_IPV6, IPV6_TCLASS),
        SocketOption.TimeToLive => (IPPROTO_IP, IP_TTL),
        SocketOption.UnicastHops => (IPPROTO_IPV6, IPV6_UNICAST_HOPS),
        SocketOption.PacketInformation => (IPPROTO_IP, IP_PKTINFO),
        SocketOption.PacketInformationIPv6 => (IPPROTO_IPV6, IPV6_PKTINFO),
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

    /// <summary>Starts WinSock for the process; every entry to it that may come first calls this.</summary>
    internal nint Start()
    {
        if (Volatile.Read(ref _started) != 0) return 0;
        // WSADATA has 408 bytes; starting twice in a race is harmless, the count is never taken down.
        byte* data = stackalloc byte[512];
        int result = Ws2_32.WSAStartup(0x0202, data);
        if (result != 0) return -result;
        Volatile.Write(ref _started, 1);
        return 0;
    }

    private static int NativeKind(SocketKind kind) => kind switch
    {
        SocketKind.Stream => SOCK_STREAM,
        SocketKind.Datagram => SOCK_DGRAM,
        _ => SOCK_SEQPACKET,
    };

    /// <summary>Without this an ICMP "port unreachable" for an earlier send fails the next receive of an unconnected socket.</summary>
    private static void IgnoreUnreachable(nint socket)
    {
        uint off = 0, returned = 0;
        Ws2_32.WSAIoctl(socket, SIO_UDP_CONNRESET, &off, sizeof(uint), null, 0, &returned, null, null);
    }

    private nint ReceiveMessageFunction(nint socket)
    {
        nint known = Volatile.Read(ref _receiveMessage);
        if (known != 0) return known;
        nint function = ExtensionFunction(socket, new Guid("f689d7c8-6f1f-436b-8a53-e54fe351c322"));
        if (function > 0) Volatile.Write(ref _receiveMessage, function);
        return function;
    }

    /// <summary>The address of a function that WinSock hands out by identifier, or the negated error.</summary>
    internal static nint ExtensionFunction(nint socket, Guid identifier)
    {
        nint function = 0;
        uint returned = 0;
        return Ws2_32.WSAIoctl(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &identifier, (uint)sizeof(Guid),
            &function, (uint)sizeof(nint), &returned, null, null) == 0
            ? function
            : LastError();
    }

    private static void Convert(in SocketMessage message, WsaBuffer* buffers)
    {
        for (int i = 0; i < message.SegmentCount; i++)
        {
            buffers[i] = new WsaBuffer
            {
                len = (uint)Math.Min(message.Segments[i].Length, int.MaxValue),
                buf = message.Segments[i].Pointer,
            };
        }
    }

    private static int Clamp(nuint length) => (int)Math.Min(length, int.MaxValue);

    private static nint Checked(int result) => result >= 0 ? result : LastError();

    private static nint LastError() => -Marshal.GetLastSystemError();
}
