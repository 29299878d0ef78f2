using Gabbro.Platform.Native;

namespace Gabbro.Platform.Sockets;

public sealed partial class SocketHandle
{
    /// <summary>Sets an option.</summary>
    /// <param name="option">The option.</param>
    /// <param name="value">Its value; 0 or 1 for a switch.</param>
    /// <exception cref="PlatformException">The system does not have the option (kind not-supported) or refused the value.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void SetOption(SocketOption option, int value) => TrySetOption(option, value).ThrowIfError("setsockopt", option.ToString());

    /// <summary>Sets an option, or says why not.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe NativeError TrySetOption(SocketOption option, int value)
    {
        using HandleLease lease = Lease();
        (int level, int name) = Calls.NativeOption(option);
        if (level < 0) return NativeError.Of(ErrorKind.NotSupported);
        return ToError(Calls.SetOption(lease.Value, level, name, &value, sizeof(int)));
    }

    /// <summary>The value of an option.</summary>
    /// <exception cref="PlatformException">The system does not have the option (kind not-supported).</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public int GetOption(SocketOption option)
    {
        TryGetOption(option, out int value).ThrowIfError("getsockopt", option.ToString());
        return value;
    }

    /// <summary>The value of an option, or why there is none.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe NativeError TryGetOption(SocketOption option, out int value)
    {
        using HandleLease lease = Lease();
        (int level, int name) = Calls.NativeOption(option);
        value = 0;
        if (level < 0) return NativeError.Of(ErrorKind.NotSupported);
        int length = sizeof(int);
        int local = 0;
        nint result = Calls.GetOption(lease.Value, level, name, &local, &length);
        value = local;
        return ToError(result);
    }

    /// <summary>Sets any option by the native numbers of the running system.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe NativeError TrySetRawOption(int level, int name, ReadOnlySpan<byte> value)
    {
        using HandleLease lease = Lease();
        fixed (byte* pointer = value) return ToError(Calls.SetOption(lease.Value, level, name, pointer, value.Length));
    }

    /// <summary>Reads any option by the native numbers of the running system.</summary>
    /// <param name="level">The native level.</param>
    /// <param name="name">The native name.</param>
    /// <param name="value">Receives the value.</param>
    /// <param name="length">The bytes written.</param>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe NativeError TryGetRawOption(int level, int name, Span<byte> value, out int length)
    {
        using HandleLease lease = Lease();
        int local = value.Length;
        nint result;
        fixed (byte* pointer = value) result = Calls.GetOption(lease.Value, level, name, pointer, &local);
        length = result >= 0 ? local : 0;
        return ToError(result);
    }

    /// <summary>What closing does with unsent data: null lets the system send it in the background, 0 drops it and resets the
    /// connection, more waits that many seconds (<c>SO_LINGER</c>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Seconds outside 0 to 65535.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe void SetLinger(int? seconds)
    {
        if (seconds is < 0 or > ushort.MaxValue) throw new ArgumentOutOfRangeException(nameof(seconds));
        using HandleLease lease = Lease();
        (int level, int name) = Calls.LingerOption;
        ulong value;
        int length;
        if (Host.IsWindows)
        {
            // struct linger of WinSock: two 16-bit fields.
            ((ushort*)&value)[0] = seconds.HasValue ? (ushort)1 : (ushort)0;
            ((ushort*)&value)[1] = (ushort)seconds.GetValueOrDefault();
            length = 4;
        }
        else
        {
            ((int*)&value)[0] = seconds.HasValue ? 1 : 0;
            ((int*)&value)[1] = seconds.GetValueOrDefault();
            length = 8;
        }

        ToError(Calls.SetOption(lease.Value, level, name, &value, length)).ThrowIfError("setsockopt", "linger");
    }

    /// <summary>Joins a multicast group.</summary>
    /// <param name="group">An IPv4 or IPv6 multicast address; the port does not matter.</param>
    /// <param name="interfaceIndex">The interface, 0 for the one the system chooses.</param>
    /// <exception cref="ArgumentException">Not an internet address.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public NativeError JoinGroup(in SocketEndpoint group, uint interfaceIndex = 0) => ChangeGroup(group, interfaceIndex, join: true);

    /// <summary>Leaves a multicast group.</summary>
    /// <param name="group">The address given to <see cref="JoinGroup"/>.</param>
    /// <param name="interfaceIndex">The interface given to <see cref="JoinGroup"/>.</param>
    /// <exception cref="ArgumentException">Not an internet address.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public NativeError LeaveGroup(in SocketEndpoint group, uint interfaceIndex = 0) => ChangeGroup(group, interfaceIndex, join: false);

    private unsafe NativeError ChangeGroup(in SocketEndpoint group, uint interfaceIndex, bool join)
    {
        ReadOnlySpan<byte> bytes = group.AddressBytes;
        if (bytes.IsEmpty) throw new ArgumentException("Only internet addresses name multicast groups.", nameof(group));
        var options = Calls.MulticastOptions;
        // struct ip_mreqn: group, local address, interface index. Windows reads the first 8 bytes (ip_mreq), where an address
        // of 0.0.0.n in network order means interface n. struct ipv6_mreq: group and interface index.
        Span<byte> request = stackalloc byte[20];
        request.Clear();
        bytes.CopyTo(request);
        using HandleLease lease = Lease();
        int length = bytes.Length == 16 ? 20 : Host.IsWindows ? 8 : 12;
        if (bytes.Length == 4 && Host.IsWindows)
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(request[4..], interfaceIndex);
        else
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(request[(bytes.Length == 16 ? 16 : 8)..], interfaceIndex);
        // IPPROTO_IP and IPPROTO_IPV6 have the same numbers everywhere.
        int level = bytes.Length == 16 ? 41 : 0;
        int name = (bytes.Length == 16, join) switch
        {
            (true, true) => options.IPv6Join,
            (true, false) => options.IPv6Leave,
            (false, true) => options.IPv4Join,
            _ => options.IPv4Leave,
        };
        fixed (byte* pointer = request) return ToError(Calls.SetOption(lease.Value, level, name, pointer, length));
    }
}
