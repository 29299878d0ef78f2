using System.Buffers.Binary;

namespace Gabbro.Platform.Sockets;

/// <summary>How one system lays out <c>sockaddr</c>: all agree on the offsets of port and address, but BSD systems spend the
/// first byte on the length, and each numbers <c>AF_INET6</c> its own way.</summary>
internal readonly record struct SocketEndpointLayout(bool HasLengthByte, byte IPv4, byte IPv6, byte Unix, int UnixPathCapacity)
{
    internal const int IPv4Size = 16;
    internal const int IPv6Size = 28;
    internal const int PortOffset = 2;
    internal const int IPv4AddressOffset = 4;
    internal const int FlowOffset = 4;
    internal const int IPv6AddressOffset = 8;
    internal const int ScopeOffset = 24;
    internal const int UnixPathOffset = 2;

    internal static readonly SocketEndpointLayout Linux = new(false, 2, 10, 1, 108);
    internal static readonly SocketEndpointLayout MacOS = new(true, 2, 30, 1, 104);
    internal static readonly SocketEndpointLayout Windows = new(false, 2, 23, 1, 108);

    internal static readonly SocketEndpointLayout Current =
        OperatingSystem.IsWindows() ? Windows : OperatingSystem.IsMacOS() ? MacOS : Linux;

    internal void WriteHeader(Span<byte> address, SocketFamily family, int length)
    {
        byte native = Native(family);
        if (HasLengthByte)
        {
            address[0] = (byte)length;
            address[1] = native;
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(address, native);
        }
    }

    internal SocketFamily ReadFamily(ReadOnlySpan<byte> address)
    {
        byte native = HasLengthByte ? address[1] : address[0];
        if (native == IPv4) return SocketFamily.IPv4;
        if (native == IPv6) return SocketFamily.IPv6;
        return native == Unix ? SocketFamily.Unix : SocketFamily.Unspecified;
    }

    internal byte Native(SocketFamily family) => family switch
    {
        SocketFamily.IPv4 => IPv4,
        SocketFamily.IPv6 => IPv6,
        SocketFamily.Unix => Unix,
        _ => 0,
    };
}
