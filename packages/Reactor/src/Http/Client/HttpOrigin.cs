namespace Gabbro.Reactor.Http.Client;

/// <summary>Whom a connection reaches: RFC 9110, section 4.3.1. Connections are shared by requests to the same origin only.</summary>
/// <param name="IsSecure">True for https.</param>
/// <param name="Host">The host in its ASCII form; an IPv6 address without its brackets.</param>
/// <param name="Port">The port.</param>
public readonly record struct HttpOrigin(bool IsSecure, string Host, int Port)
{
    /// <summary>The origin of a URI.</summary>
    /// <param name="uri">An absolute http or https URI.</param>
    /// <exception cref="ArgumentNullException"><paramref name="uri"/> is null.</exception>
    /// <exception cref="ArgumentException">It is not absolute, of another scheme, or names a user.</exception>
    public static HttpOrigin From(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException($"'{uri}' is not an absolute http or https URI.", nameof(uri));
        if (uri.UserInfo.Length != 0)
            throw new ArgumentException("A URI with a user in it would be sent without: put the Authorization field into the request.", nameof(uri));
        string host = uri.HostNameType == UriHostNameType.IPv6 ? uri.DnsSafeHost : uri.IdnHost;
        return new HttpOrigin(uri.Scheme == Uri.UriSchemeHttps, host, uri.Port);
    }

    /// <summary>The value of the Host field: the port only when it is not the scheme's own.</summary>
    internal string Authority
    {
        get
        {
            string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
            return Port == (IsSecure ? 443 : 80) ? host : $"{host}:{Port}";
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(IsSecure ? "https" : "http")}://{Authority}";
}
