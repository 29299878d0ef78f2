namespace Gabbro.Reactor.Http;

/// <summary>What a host with an optional port looks like, RFC 3986, sections 3.2.2 and 3.2.3.</summary>
internal static class HostRule
{
    /// <summary>True for <c>name</c>, <c>name:port</c>, <c>1.2.3.4:port</c>, <c>[v6]</c> and <c>[v6]:port</c>. No user information.</summary>
    public static bool IsValid(ReadOnlySpan<byte> value, bool requirePort)
    {
        int hostEnd;
        if (!value.IsEmpty && value[0] == '[')
        {
            int close = value.IndexOf((byte)']');
            if (close < 2)
                return false;
            foreach (byte b in value[1..close])
            {
                if (!char.IsAsciiHexDigit((char)b) && b is not ((byte)':' or (byte)'.' or (byte)'%') && !IsUnreserved(b))
                    return false;
            }

            hostEnd = close + 1;
        }
        else
        {
            hostEnd = value.IndexOf((byte)':');
            if (hostEnd < 0)
                hostEnd = value.Length;
            if (hostEnd == 0 || !IsName(value[..hostEnd]))
                return false;
        }

        ReadOnlySpan<byte> port = value[hostEnd..];
        if (port.IsEmpty)
            return !requirePort;
        if (port[0] != ':')
            return false;
        port = port[1..];
        if (port.IsEmpty)
            return !requirePort;
        return Ascii.TryParseDecimal(port, out long number) && number <= ushort.MaxValue && port.Length <= 5;
    }

    private static bool IsName(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            byte b = name[i];
            if (b == '%')
            {
                if (i + 2 >= name.Length || !char.IsAsciiHexDigit((char)name[i + 1]) || !char.IsAsciiHexDigit((char)name[i + 2]))
                    return false;
                i += 2;
            }
            else if (!IsUnreserved(b) && b is not ((byte)'!' or (byte)'$' or (byte)'&' or (byte)'\'' or (byte)'(' or (byte)')'
                or (byte)'*' or (byte)'+' or (byte)',' or (byte)';' or (byte)'='))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsUnreserved(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';
}
