using System.Text;

namespace Gabbro.Reactor.Http.Files;

/// <summary>The path of a request as names below a root.</summary>
internal static class RequestPath
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes a path and refuses what no honest link contains: zero bytes, dot segments, separators in disguise.</summary>
    /// <param name="path">The path, percent-encoded, beginning with a slash.</param>
    /// <param name="relative">The path without its first slash; empty for the root; with a slash at its end if it had one.</param>
    /// <returns>False when it is refused.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> path, out string relative)
    {
        relative = string.Empty;
        byte[] decoded = new byte[path.Length];
        int length = 0;
        for (int i = 0; i < path.Length; i++)
        {
            byte b = path[i];
            if (b == '%')
            {
                if (i + 2 >= path.Length || !char.IsAsciiHexDigit((char)path[i + 1]) || !char.IsAsciiHexDigit((char)path[i + 2]))
                    return false;
                b = (byte)((Convert.FromHexString([(char)path[i + 1], (char)path[i + 2]]))[0]);
                i += 2;
                if (b is 0 or (byte)'/' or (byte)'\\')
                    return false;
            }

            decoded[length++] = b;
        }

        string text;
        try
        {
            text = Strict.GetString(decoded, 0, length);
        }
        catch (ArgumentException)
        {
            return false;
        }

        if (!text.StartsWith('/') || text.Contains('\\'))
            return false;
        string[] segments = text[1..].Split('/');
        for (int i = 0; i < segments.Length; i++)
        {
            bool isLast = i == segments.Length - 1;
            if (segments[i] is "." or ".." || (segments[i].Length == 0 && !isLast) || (OperatingSystem.IsWindows() && segments[i].Contains(':')))
                return false;
        }

        relative = text[1..];
        return true;
    }
}
