using System.Globalization;
using System.Text;

namespace Gabbro.Platform.Sockets;

/// <summary>Text of socket addresses: parsing without allocation, and formatting in the canonical form of RFC 5952.</summary>
internal static class SocketEndpointText
{
    /// <summary>Longest text: "unix:" and 107 characters; an IPv6 address with scope and port takes 64.</summary>
    internal const int MaxLength = 128;

    private const string UnixPrefix = "unix:";

    internal static bool TryParse(ReadOnlySpan<char> text, out SocketEndpoint address)
    {
        address = default;
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal)) return TryParseUnix(text[UnixPrefix.Length..], out address);
        if (text.Length > 0 && text[0] == '[')
        {
            int close = text.IndexOf(']');
            if (close < 0) return false;
            ReadOnlySpan<char> rest = text[(close + 1)..];
            int port = 0;
            if (rest.Length > 0 && (rest[0] != ':' || !TryParsePort(rest[1..], out port))) return false;
            return TryParseIPv6(text[1..close], port, out address);
        }

        int colon = text.IndexOf(':');
        if (colon >= 0 && text[(colon + 1)..].Contains(':')) return TryParseIPv6(text, 0, out address);
        int plainPort = 0;
        if (colon >= 0 && !TryParsePort(text[(colon + 1)..], out plainPort)) return false;
        Span<byte> bytes = stackalloc byte[4];
        if (!TryParseIPv4(colon < 0 ? text : text[..colon], bytes)) return false;
        address = SocketEndpoint.IPv4(bytes, plainPort);
        return true;
    }

    internal static bool TryFormat(in SocketEndpoint address, Span<char> destination, out int written)
    {
        Span<char> text = stackalloc char[MaxLength];
        int length = 0;
        switch (address.Family)
        {
            case SocketFamily.IPv4:
                length = FormatIPv4(address.AddressBytes, text);
                length += FormatPort(address.Port, text[length..]);
                break;
            case SocketFamily.IPv6:
                text[length++] = '[';
                length += FormatIPv6(address.AddressBytes, text[length..]);
                if (address.ScopeId != 0)
                {
                    text[length++] = '%';
                    length += FormatNumber(address.ScopeId, text[length..]);
                }

                text[length++] = ']';
                length += FormatPort(address.Port, text[length..]);
                break;
            case SocketFamily.Unix:
                UnixPrefix.CopyTo(text);
                ReadOnlySpan<byte> path = address.UnixPath;
                length = UnixPrefix.Length;
                if (address.IsUnixAbstract)
                {
                    text[length++] = '@';
                    path = path[1..];
                }

                length += Encoding.UTF8.GetChars(path, text[length..]);
                break;
            default:
                "unspecified".CopyTo(text);
                length = "unspecified".Length;
                break;
        }

        written = text[..length].TryCopyTo(destination) ? length : 0;
        return written != 0;
    }

    private static bool TryParseUnix(ReadOnlySpan<char> text, out SocketEndpoint address)
    {
        address = default;
        bool isAbstract = text.Length > 1 && text[0] == '@' && OperatingSystem.IsLinux();
        if (isAbstract) text = text[1..];
        Span<byte> bytes = stackalloc byte[MaxLength];
        if (text.IsEmpty || text.Contains('\0') || !Encoding.UTF8.TryGetBytes(text, bytes, out int written)) return false;
        if (written >= SocketEndpointLayout.Current.UnixPathCapacity) return false;
        address = isAbstract ? SocketEndpoint.UnixAbstract(bytes[..written]) : SocketEndpoint.Unix(bytes[..written]);
        return true;
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue && text.Length <= 5;

    /// <summary>Four decimal numbers without leading zeros: octal and short forms, which other parsers read differently, are
    /// refused.</summary>
    private static bool TryParseIPv4(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        for (int i = 0; i < 4; i++)
        {
            int dot = text.IndexOf('.');
            if (dot < 0 != (i == 3)) return false;
            ReadOnlySpan<char> part = dot < 0 ? text : text[..dot];
            if (part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0')) return false;
            if (!byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i])) return false;
            text = dot < 0 ? default : text[(dot + 1)..];
        }

        return true;
    }

    private static bool TryParseIPv6(ReadOnlySpan<char> text, int port, out SocketEndpoint address)
    {
        address = default;
        uint scope = 0;
        int percent = text.IndexOf('%');
        if (percent >= 0)
        {
            if (!uint.TryParse(text[(percent + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out scope)) return false;
            text = text[..percent];
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        int gap = -1, used = 0;
        if (text.StartsWith("::", StringComparison.Ordinal))
        {
            gap = 0;
            text = text[2..];
        }

        while (!text.IsEmpty)
        {
            int colon = text.IndexOf(':');
            ReadOnlySpan<char> group = colon < 0 ? text : text[..colon];
            if (colon < 0 && group.Contains('.'))
            {
                if (used > 12 || !TryParseIPv4(group, bytes.Slice(used, 4))) return false;
                used += 4;
                break;
            }

            if (used == 16 || group.Length is 0 or > 4) return false;
            if (!ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value)) return false;
            bytes[used++] = (byte)(value >> 8);
            bytes[used++] = (byte)value;
            if (colon < 0) break;
            text = text[(colon + 1)..];
            if (text.IsEmpty) return false;
            if (text[0] != ':') continue;
            if (gap >= 0) return false;
            gap = used;
            text = text[1..];
        }

        if (gap < 0 ? used != 16 : used > 14) return false;
        if (gap >= 0)
        {
            int tail = used - gap;
            bytes.Slice(gap, tail).CopyTo(bytes[(16 - tail)..]);
            bytes[gap..(16 - tail)].Clear();
        }

        address = SocketEndpoint.IPv6(bytes, port, scope);
        return true;
    }

    private static int FormatIPv4(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        int length = 0;
        for (int i = 0; i < 4; i++)
        {
            if (i > 0) text[length++] = '.';
            length += FormatNumber(bytes[i], text[length..]);
        }

        return length;
    }

    private static int FormatIPv6(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        bool mapped = bytes[..10].IndexOfAnyExcept((byte)0) < 0 && bytes[10] == 255 && bytes[11] == 255;
        int groups = mapped ? 6 : 8;
        (int start, int count) = LongestZeroRun(bytes, groups);
        int length = 0;
        for (int i = 0; i < groups; i++)
        {
            if (i == start)
            {
                text[length++] = ':';
                if (i == 0) text[length++] = ':';
                i += count - 1;
                continue;
            }

            int value = (bytes[2 * i] << 8) | bytes[(2 * i) + 1];
            value.TryFormat(text[length..], out int written, "x", CultureInfo.InvariantCulture);
            length += written;
            if (i < groups - 1 || mapped) text[length++] = ':';
        }

        return mapped ? length + FormatIPv4(bytes[12..], text[length..]) : length;
    }

    /// <summary>The first longest run of two or more zero groups (RFC 5952, section 4.2), or a start of -1.</summary>
    private static (int Start, int Count) LongestZeroRun(ReadOnlySpan<byte> bytes, int groups)
    {
        int bestStart = -1, bestCount = 1;
        for (int i = 0; i < groups; i++)
        {
            int end = i;
            while (end < groups && bytes[2 * end] == 0 && bytes[(2 * end) + 1] == 0) end++;
            if (end - i > bestCount) (bestStart, bestCount) = (i, end - i);
            if (end > i) i = end;
        }

        return (bestStart, bestCount);
    }

    private static int FormatPort(int port, Span<char> text)
    {
        text[0] = ':';
        return 1 + FormatNumber((uint)port, text[1..]);
    }

    private static int FormatNumber(uint value, Span<char> text)
    {
        value.TryFormat(text, out int written, default, CultureInfo.InvariantCulture);
        return written;
    }
}
