using System.Text;

namespace Gabbro.Reactor.Http.Client;

/// <summary>What may stand in a field line that is sent: a line break in a value would begin another field, or another request.</summary>
internal static class FieldRule
{
    /// <summary>Throws unless the name is a token and the value visible ASCII, spaces and tabs.</summary>
    public static void Check(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        foreach (char c in name)
        {
            if (c > 0x7F || !HttpScanner.IsToken((byte)c))
                throw new ArgumentException($"'{name}' is not the name of a field.", nameof(name));
        }

        foreach (char c in value)
        {
            if (c is (< ' ' and not '\t') or > '~')
                throw new ArgumentException($"The value of {name} holds a character that a field cannot carry (U+{(int)c:X4}).", nameof(value));
        }
    }

    /// <summary>True for the fields that the client writes itself, from what the request says.</summary>
    public static bool IsOwn(string name) => name.ToUpperInvariant() is
        "HOST" or "CONTENT-LENGTH" or "TRANSFER-ENCODING" or "CONNECTION" or "EXPECT" or "UPGRADE" or "TRAILER" or "TE" or "KEEP-ALIVE";

    /// <summary>True for the fields that must not reach another origin.</summary>
    public static bool IsCredential(string name) => name.ToUpperInvariant() is "AUTHORIZATION" or "COOKIE" or "PROXY-AUTHORIZATION";

    /// <summary>A method is a token.</summary>
    public static void CheckMethod(string method)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        if (Encoding.ASCII.GetBytes(method) is var bytes && HttpScanner.IndexOfNonToken(bytes) != bytes.Length)
            throw new ArgumentException($"'{method}' is not a method.", nameof(method));
        if (method == "CONNECT")
            throw new ArgumentException("A tunnel is not a request: CONNECT is not supported.", nameof(method));
    }
}
