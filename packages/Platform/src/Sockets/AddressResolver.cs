using System.Text;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Sockets;

/// <summary>Turns host names into addresses with the system's own resolver (getaddrinfo(3)): hosts file, DNS and whatever else
/// the machine is configured for. Calls block; run them on a thread that may.</summary>
public static unsafe class AddressResolver
{
    /// <summary>Resolves a host name.</summary>
    /// <param name="host">A name or the text of an address; empty for this machine's loopback.</param>
    /// <param name="port">The port to put into the addresses.</param>
    /// <param name="family">Which addresses: <see cref="SocketFamily.Unspecified"/> for both kinds.</param>
    /// <param name="passive">With an empty host: the addresses to listen on instead of loopback.</param>
    /// <returns>The addresses in the order to try them (RFC 6724).</returns>
    /// <exception cref="ArgumentException">A zero character in the name, or a Unix family.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    /// <exception cref="PlatformException">Not found, or the resolver failed.</exception>
    public static SocketEndpoint[] Resolve(string host, int port, SocketFamily family = SocketFamily.Unspecified, bool passive = false)
    {
        NativeError error = TryResolve(host, port, family, passive, out SocketEndpoint[] addresses);
        error.ThrowIfError("resolve", host);
        return addresses;
    }

    /// <summary>Resolves a host name, or says why not (kind host-not-found for a name that does not exist).</summary>
    /// <param name="host">A name or the text of an address; empty for this machine's loopback.</param>
    /// <param name="port">The port to put into the addresses.</param>
    /// <param name="family">Which addresses: <see cref="SocketFamily.Unspecified"/> for both kinds.</param>
    /// <param name="passive">With an empty host: the addresses to listen on instead of loopback.</param>
    /// <param name="addresses">The addresses in the order to try them; empty on failure.</param>
    /// <exception cref="ArgumentException">A zero character in the name, or a Unix family.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public static NativeError TryResolve(string host, int port, SocketFamily family, bool passive, out SocketEndpoint[] addresses)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        if (host.Contains('\0')) throw new ArgumentException("The name holds a zero character.", nameof(host));
        if (family == SocketFamily.Unix) throw new ArgumentException("Unix addresses are paths, not names.", nameof(family));
        return Host.IsWindows ? ResolveWindows(host, port, family, passive, out addresses) : ResolveUnix(host, port, family, passive, out addresses);
    }

    private static NativeError ResolveUnix(string host, int port, SocketFamily family, bool passive, out SocketEndpoint[] addresses)
    {
        addresses = [];
        AddressInfo hints = new()
        {
            ai_family = SocketEndpointLayout.Current.Native(family),
            ai_socktype = LinuxSocket.SOCK_STREAM,
            ai_flags = passive && host.Length == 0 ? LinuxSocket.AI_PASSIVE : 0,
        };
        byte[] node = Encoding.UTF8.GetBytes(host + '\0');
        void* list = null;
        int result;
        // Without a host there must be a service: "0" leaves the port to be filled in below.
        fixed (byte* nodePointer = node)
        fixed (byte* service = "0\0"u8)
            result = SysSocket.getaddrinfo(host.Length == 0 ? null : nodePointer, host.Length == 0 ? service : null, &hints, &list);
        if (result != 0) return FromResolver(result);
        List<SocketEndpoint> found = [];
        for (AddressInfo* item = (AddressInfo*)list; item != null; item = (AddressInfo*)item->ai_next)
        {
            // The name comes before the address on macOS, after it on Linux: the same two words in another order.
            void* address = Host.IsDarwin ? item->second : item->first;
            Add(found, address, (int)item->ai_addrlen, port);
        }

        SysSocket.freeaddrinfo(list);
        addresses = [.. found];
        return default;
    }

    private static NativeError ResolveWindows(string host, int port, SocketFamily family, bool passive, out SocketEndpoint[] addresses)
    {
        addresses = [];
        ((WindowsSocketCalls)SocketCalls.Current).Start();
        WindowsAddressInfo hints = new()
        {
            ai_family = SocketEndpointLayout.Current.Native(family),
            ai_socktype = WinSocket.SOCK_STREAM,
            ai_flags = passive && host.Length == 0 ? WinSocket.AI_PASSIVE : 0,
        };
        void* list = null;
        int result;
        fixed (char* node = host)
        fixed (char* service = "0")
            result = Ws2_32.GetAddrInfoW(host.Length == 0 ? null : node, host.Length == 0 ? service : null, &hints, &list);
        if (result != 0) return NativeError.FromWin32(result);
        List<SocketEndpoint> found = [];
        for (WindowsAddressInfo* item = (WindowsAddressInfo*)list; item != null; item = (WindowsAddressInfo*)item->ai_next)
            Add(found, item->ai_addr, (int)item->ai_addrlen, port);
        Ws2_32.FreeAddrInfoW(list);
        addresses = [.. found];
        return default;
    }

    private static void Add(List<SocketEndpoint> found, void* address, int length, int port)
    {
        if (address == null || length > SocketEndpoint.Capacity) return;
        SocketEndpoint item = SocketEndpoint.FromNative(new ReadOnlySpan<byte>(address, length)).WithPort(port);
        if (!found.Contains(item)) found.Add(item);
    }

    private static NativeError FromResolver(int code)
    {
        int system = Host.IsDarwin ? DarwinSocket.EAI_SYSTEM : LinuxSocket.EAI_SYSTEM;
        return code == system ? NativeError.Last() : new NativeError(ErrorDomain.Resolver, code);
    }
}
