using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Platform.Sockets;

/// <summary>
/// An end point of a socket as the system sees it (<c>sockaddr</c>): an IPv4 or IPv6 address with a port, or the path or abstract name of a Unix
/// socket, held inline in the native layout of the running system.
/// </summary>
/// <remarks>A value of 132 bytes: pass it by <c>in</c> or <c>ref</c>. No member but <see cref="ToString()"/>,
/// <see cref="ToIPEndPoint"/> and <see cref="From(IPEndPoint)"/> allocates. See ip(7), ipv6(7), unix(7).</remarks>
[StructLayout(LayoutKind.Sequential)]
public struct SocketEndpoint : IEquatable<SocketEndpoint>, ISpanFormattable, IUtf8SpanFormattable, ISpanParsable<SocketEndpoint>
{
    internal const int Capacity = 128;

    private Storage _storage;
    private int _length;

    [InlineArray(Capacity)]
    private struct Storage
    {
        private byte _first;
    }

    /// <summary>The family; <see cref="SocketFamily.Unspecified"/> for the default value.</summary>
    public readonly SocketFamily Family =>
        _length < 2 ? SocketFamily.Unspecified : SocketEndpointLayout.Current.ReadFamily(Storage128);

    /// <summary>The port of an internet address, 0 for any other.</summary>
    public readonly int Port => Family is SocketFamily.IPv4 or SocketFamily.IPv6
        ? BinaryPrimitives.ReadUInt16BigEndian(Storage128[SocketEndpointLayout.PortOffset..])
        : 0;

    /// <summary>The address as the bytes of the wire: 4 for IPv4, 16 for IPv6, none for any other family. The span points
    /// into this value and lives as long as it does.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> AddressBytes => Family switch
    {
        SocketFamily.IPv4 => Storage128.Slice(SocketEndpointLayout.IPv4AddressOffset, 4),
        SocketFamily.IPv6 => Storage128.Slice(SocketEndpointLayout.IPv6AddressOffset, 16),
        _ => default,
    };

    /// <summary>The scope (interface index) of a link-local IPv6 address, otherwise 0.</summary>
    public readonly uint ScopeId => Family == SocketFamily.IPv6
        ? BinaryPrimitives.ReadUInt32LittleEndian(Storage128[SocketEndpointLayout.ScopeOffset..])
        : 0;

    /// <summary>The flow label and traffic class of an IPv6 address in host order, otherwise 0.</summary>
    public readonly uint FlowInformation => Family == SocketFamily.IPv6
        ? BinaryPrimitives.ReadUInt32BigEndian(Storage128[SocketEndpointLayout.FlowOffset..])
        : 0;

    /// <summary>The path of a Unix socket as raw bytes without a terminator; an abstract name (Linux) starts with a zero
    /// byte; empty for an unnamed socket and for other families.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> UnixPath
    {
        get
        {
            if (Family != SocketFamily.Unix || _length <= SocketEndpointLayout.UnixPathOffset) return default;
            ReadOnlySpan<byte> path = Storage128[SocketEndpointLayout.UnixPathOffset.._length];
            if (path[0] == 0 && !SocketEndpointLayout.Current.HasLengthByte) return path.Length == 1 ? default : path;
            int end = path.IndexOf((byte)0);
            return end < 0 ? path : path[..end];
        }
    }

    /// <summary>True for an abstract Unix name (Linux), which no file system entry stands for.</summary>
    public readonly bool IsUnixAbstract => UnixPath is { Length: > 1 } path && path[0] == 0;

    /// <summary>The number of meaningful bytes in <see cref="NativeBytes"/>; 0 for the default value.</summary>
    public readonly int NativeLength => _length;

    /// <summary>The native <c>sockaddr</c> bytes of the running system. The span points into this value.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> NativeBytes => Storage128[.._length];

    [UnscopedRef]
    private readonly ReadOnlySpan<byte> Storage128 => _storage;

    /// <summary>An IPv4 address.</summary>
    /// <param name="address">Four bytes in the order of the wire.</param>
    /// <param name="port">0 to 65535.</param>
    /// <exception cref="ArgumentException">The address is not 4 bytes long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public static SocketEndpoint IPv4(ReadOnlySpan<byte> address, int port)
    {
        if (address.Length != 4) throw new ArgumentException("An IPv4 address has 4 bytes.", nameof(address));
        SocketEndpoint result = Start(SocketFamily.IPv4, SocketEndpointLayout.IPv4Size, port);
        address.CopyTo(((Span<byte>)result._storage)[SocketEndpointLayout.IPv4AddressOffset..]);
        return result;
    }

    /// <summary>An IPv6 address.</summary>
    /// <param name="address">Sixteen bytes in the order of the wire.</param>
    /// <param name="port">0 to 65535.</param>
    /// <param name="scopeId">The interface index of a link-local address.</param>
    /// <exception cref="ArgumentException">The address is not 16 bytes long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public static SocketEndpoint IPv6(ReadOnlySpan<byte> address, int port, uint scopeId = 0)
    {
        if (address.Length != 16) throw new ArgumentException("An IPv6 address has 16 bytes.", nameof(address));
        SocketEndpoint result = Start(SocketFamily.IPv6, SocketEndpointLayout.IPv6Size, port);
        Span<byte> storage = result._storage;
        address.CopyTo(storage[SocketEndpointLayout.IPv6AddressOffset..]);
        BinaryPrimitives.WriteUInt32LittleEndian(storage[SocketEndpointLayout.ScopeOffset..], scopeId);
        return result;
    }

    /// <summary>127.0.0.1 with a port.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public static SocketEndpoint LoopbackIPv4(int port) => IPv4([127, 0, 0, 1], port);

    /// <summary>0.0.0.0 with a port: every IPv4 interface.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public static SocketEndpoint AnyIPv4(int port) => IPv4([0, 0, 0, 0], port);

    /// <summary>::1 with a port.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public static SocketEndpoint LoopbackIPv6(int port) => IPv6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], port);

    /// <summary>:: with a port: every IPv6 interface, and every IPv4 one too when the socket is dual-stack.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public static SocketEndpoint AnyIPv6(int port) => IPv6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], port);

    /// <summary>The address of a Unix socket in the file system.</summary>
    /// <param name="path">Raw path bytes without a terminator: at most 107 on Linux and Windows, 103 on macOS.</param>
    /// <exception cref="ArgumentException">The path is empty, too long, or holds a zero byte.</exception>
    public static SocketEndpoint Unix(ReadOnlySpan<byte> path)
    {
        int capacity = SocketEndpointLayout.Current.UnixPathCapacity;
        if (path.IsEmpty) throw new ArgumentException("The path of a Unix socket is empty.", nameof(path));
        if (path.Length >= capacity)
            throw new ArgumentException($"The path of a Unix socket has at most {capacity - 1} bytes; this one has {path.Length}.", nameof(path));
        if (path.Contains((byte)0)) throw new ArgumentException("The path holds a zero byte.", nameof(path));
        return UnixName(path, terminator: 1);
    }

    /// <summary>The address of a Unix socket in the file system, the path encoded as UTF-8.</summary>
    /// <exception cref="ArgumentException">The path is empty, too long, or holds a zero character.</exception>
    public static SocketEndpoint Unix(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Unix(System.Text.Encoding.UTF8.GetBytes(path));
    }

    /// <summary>An abstract Unix name (Linux only): it vanishes with its last socket and no file stands for it.</summary>
    /// <param name="name">1 to 107 bytes, without the leading zero; zero bytes inside are part of the name.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    public static SocketEndpoint UnixAbstract(ReadOnlySpan<byte> name)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("Abstract Unix names exist on Linux only.");
        if (name.IsEmpty || name.Length >= SocketEndpointLayout.Current.UnixPathCapacity)
            throw new ArgumentException("An abstract name has 1 to 107 bytes.", nameof(name));
        Span<byte> full = stackalloc byte[1 + name.Length];
        full[0] = 0;
        name.CopyTo(full[1..]);
        return UnixName(full, terminator: 0);
    }

    /// <summary>The address that a native <c>sockaddr</c> of the running system holds.</summary>
    /// <exception cref="ArgumentException">More than 128 bytes.</exception>
    public static SocketEndpoint FromNative(ReadOnlySpan<byte> native)
    {
        if (native.Length > Capacity) throw new ArgumentException("A socket address has at most 128 bytes.", nameof(native));
        SocketEndpoint result = default;
        native.CopyTo(result._storage);
        result._length = native.Length;
        return result;
    }

    /// <summary>The same address as a BCL end point gives.</summary>
    /// <exception cref="ArgumentNullException">The end point is null.</exception>
    public static SocketEndpoint From(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        IPAddress address = endPoint.Address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        return written == 4
            ? IPv4(bytes[..4], endPoint.Port)
            : IPv6(bytes, endPoint.Port, (uint)address.ScopeId);
    }

    /// <summary>The same address for the BCL; null unless this is an internet address.</summary>
    public readonly IPEndPoint? ToIPEndPoint() => Family switch
    {
        SocketFamily.IPv4 => new IPEndPoint(new IPAddress(AddressBytes), Port),
        SocketFamily.IPv6 => new IPEndPoint(new IPAddress(AddressBytes, ScopeId), Port),
        _ => null,
    };

    /// <summary>The same internet address with another port; other families come back unchanged.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public readonly SocketEndpoint WithPort(int port)
    {
        CheckPort(port);
        SocketEndpoint copy = this;
        if (Family is SocketFamily.IPv4 or SocketFamily.IPv6)
            BinaryPrimitives.WriteUInt16BigEndian(((Span<byte>)copy._storage)[SocketEndpointLayout.PortOffset..], (ushort)port);
        return copy;
    }

    /// <summary>The IPv4 address inside an IPv4-mapped IPv6 one (<c>::ffff:a.b.c.d</c>), which is how a dual-stack socket
    /// shows IPv4 peers; any other address unchanged.</summary>
    public readonly SocketEndpoint UnmapIPv4()
    {
        ReadOnlySpan<byte> bytes = AddressBytes;
        return bytes.Length == 16 && bytes[..12].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255])
            ? IPv4(bytes[12..], Port)
            : this;
    }

    /// <summary>The IPv4-mapped IPv6 form of an IPv4 address, which a dual-stack socket connects or sends to; any other
    /// address unchanged.</summary>
    public readonly SocketEndpoint MapToIPv6()
    {
        if (Family != SocketFamily.IPv4) return this;
        Span<byte> bytes = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0];
        AddressBytes.CopyTo(bytes[12..]);
        return IPv6(bytes, Port);
    }

    /// <summary>Reads <c>1.2.3.4:80</c>, <c>[::1]:80</c>, <c>[fe80::1%2]:80</c>, an address without a port, or
    /// <c>unix:/path</c> (<c>unix:@name</c> for an abstract name).</summary>
    /// <returns>False when the text is none of these.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out SocketEndpoint address) => SocketEndpointText.TryParse(text, out address);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out SocketEndpoint)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out SocketEndpoint result) => TryParse(s, out result);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out SocketEndpoint)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SocketEndpoint result) =>
        TryParse(s.AsSpan(), out result);

    /// <summary>Reads what <see cref="TryParse(ReadOnlySpan{char}, out SocketEndpoint)"/> reads.</summary>
    /// <exception cref="FormatException">The text is not a socket address.</exception>
    public static SocketEndpoint Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out SocketEndpoint result) ? result : throw new FormatException($"'{s}' is not a socket address.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider)"/>
    public static SocketEndpoint Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <summary>Writes the text that <see cref="TryParse(ReadOnlySpan{char}, out SocketEndpoint)"/> reads; IPv6 in the form of
    /// RFC 5952. At most 120 characters.</summary>
    public readonly bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        SocketEndpointText.TryFormat(this, destination, out charsWritten);

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider)"/>
    public readonly bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null)
    {
        Span<char> text = stackalloc char[SocketEndpointText.MaxLength];
        bytesWritten = 0;
        return SocketEndpointText.TryFormat(this, text, out int written)
            && System.Text.Encoding.UTF8.TryGetBytes(text[..written], utf8Destination, out bytesWritten);
    }

    /// <inheritdoc/>
    public override readonly string ToString()
    {
        Span<char> text = stackalloc char[SocketEndpointText.MaxLength];
        SocketEndpointText.TryFormat(this, text, out int written);
        return text[..written].ToString();
    }

    /// <inheritdoc/>
    public readonly string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public readonly bool Equals(SocketEndpoint other) => Family switch
    {
        SocketFamily.IPv4 => other.Family == SocketFamily.IPv4 && Port == other.Port && AddressBytes.SequenceEqual(other.AddressBytes),
        SocketFamily.Unix => other.Family == SocketFamily.Unix && UnixPath.SequenceEqual(other.UnixPath),
        _ => NativeBytes.SequenceEqual(other.NativeBytes),
    };

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is SocketEndpoint other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Family);
        hash.AddBytes(Family == SocketFamily.Unix ? UnixPath : AddressBytes);
        hash.Add(Port);
        hash.Add(ScopeId);
        return hash.ToHashCode();
    }

    /// <summary>Equality of family, address, port and scope, or of the Unix name.</summary>
    public static bool operator ==(SocketEndpoint left, SocketEndpoint right) => left.Equals(right);

    /// <summary>The negation of equality.</summary>
    public static bool operator !=(SocketEndpoint left, SocketEndpoint right) => !left.Equals(right);

    /// <summary>The bytes for a native call to fill; <see cref="SetNativeLength"/> follows it.</summary>
    [UnscopedRef]
    internal ref byte NativeReference => ref Unsafe.As<Storage, byte>(ref _storage);

    internal void SetNativeLength(int length) => _length = Math.Clamp(length, 0, Capacity);

    private static SocketEndpoint Start(SocketFamily family, int length, int port)
    {
        CheckPort(port);
        SocketEndpoint result = default;
        Span<byte> storage = result._storage;
        SocketEndpointLayout.Current.WriteHeader(storage, family, length);
        BinaryPrimitives.WriteUInt16BigEndian(storage[SocketEndpointLayout.PortOffset..], (ushort)port);
        result._length = length;
        return result;
    }

    private static SocketEndpoint UnixName(ReadOnlySpan<byte> name, int terminator)
    {
        SocketEndpoint result = default;
        Span<byte> storage = result._storage;
        int length = SocketEndpointLayout.UnixPathOffset + name.Length + terminator;
        SocketEndpointLayout.Current.WriteHeader(storage, SocketFamily.Unix, length);
        name.CopyTo(storage[SocketEndpointLayout.UnixPathOffset..]);
        result._length = length;
        return result;
    }

    private static void CheckPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
    }
}
