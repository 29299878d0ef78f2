namespace Gabbro.Reactor.Http;

/// <summary>The version at the end of a request line or the start of a status line: <c>HTTP/1.x</c>, case-sensitive, one digit each.</summary>
internal static class VersionToken
{
    /// <summary>Bytes in a version.</summary>
    public const int Length = 8;

    /// <summary>
    /// Judges the bytes at hand. A prefix is judged as the whole would be, so that a request gets one answer however it was split.
    /// </summary>
    /// <returns>None while the bytes are, or may yet become, a version this library speaks.</returns>
    public static RejectionReason Check(ReadOnlySpan<byte> bytes, out int minor)
    {
        minor = 1;
        if (bytes.StartsWith("HTTP/1.1"u8))
            return RejectionReason.None;
        ReadOnlySpan<byte> shape = "HTTP/1.1"u8;
        for (int i = 0; i < Math.Min(bytes.Length, Length); i++)
        {
            bool fits = shape[i] == '1' ? char.IsAsciiDigit((char)bytes[i]) : bytes[i] == shape[i];
            if (!fits)
                return RejectionReason.InvalidVersion;
        }

        if (bytes.Length < Length)
            return RejectionReason.None;
        if (bytes[5] != '1')
            return RejectionReason.UnsupportedVersion;

        // A higher minor version is read as the highest known one (RFC 9110, 2.5).
        minor = bytes[7] == '0' ? 0 : 1;
        return RejectionReason.None;
    }
}
