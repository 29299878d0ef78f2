using System.Net.Security;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Http.Client;

/// <summary>Limits and timeouts of a <see cref="LoopHttpClient"/>. Everything a server can make grow or wait has a limit here.</summary>
public sealed class LoopHttpClientOptions
{
    /// <summary>Connections to one origin (scheme, host and port), idle ones included; requests beyond that wait. 16.</summary>
    public int MaxConnectionsPerOrigin { get; set; } = 16;

    /// <summary>How long a connection may wait for its next request. 60 seconds, less than the 75 that common servers keep one.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>For waiting for a place, resolving the name, connecting and the TLS handshake, together. 15 seconds.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the server may take nothing of a request. 30 seconds.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>From the end of the request until the head of the response is complete. 100 seconds, HttpClient's value.</summary>
    public TimeSpan HeadTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>How long the server may send nothing of a body that is waited for. 30 seconds.</summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for 100 (Continue) before the body is sent all the same; RFC 9110, 10.1.1, wants a limit. 1 second.</summary>
    public TimeSpan ContinueTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How large the head of a response may be; the limit of the request line is that of the status line.</summary>
    public HeadLimits HeadLimits { get; set; } = HeadLimits.Default;

    /// <summary>Bytes a response body may have, however it is read. No limit by default: a body that is streamed need not fit anywhere.</summary>
    public long MaxBodySize { get; set; } = long.MaxValue;

    /// <summary>
    /// Redirections to follow. 0, the default, hands every response to the caller as it is. Credentials (Authorization,
    /// Cookie, Proxy-Authorization) never go to another origin, and https never leads to http.
    /// </summary>
    public int MaxRedirects { get; set; }

    /// <summary>
    /// Whether a request that failed on a connection used before, without a byte of an answer, is tried once more on a fresh
    /// one: the server had most likely closed it. Only idempotent requests whose body can be sent again (RFC 9110, 9.2.2).
    /// </summary>
    public bool RetryIdempotent { get; set; } = true;

    /// <summary>The value of the User-Agent field unless a request has its own, or null to send none.</summary>
    public string? UserAgent { get; set; } = "gabbro";

    /// <summary>Makes the connection to an origin: through a proxy, to a Unix socket, in a simulated world. Null connects by name over TCP.</summary>
    public Func<HttpOrigin, CancellationToken, ValueTask<StreamSocket>>? Connector { get; set; }

    /// <summary>Options of TCP connections that the client makes itself.</summary>
    public StreamOptions Streams { get; set; } = new();

    /// <summary>Options of TLS, asked for each https connection; null for the system's trust and the host's name.</summary>
    public Func<HttpOrigin, SslClientAuthenticationOptions>? Tls { get; set; }

    internal LoopHttpClientOptions Copy()
    {
        LoopHttpClientOptions copy = (LoopHttpClientOptions)MemberwiseClone();
        copy.Validate();
        return copy;
    }

    private void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxConnectionsPerOrigin);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBodySize);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRedirects);
        ArgumentNullException.ThrowIfNull(Streams);
        foreach (TimeSpan timeout in (ReadOnlySpan<TimeSpan>)[IdleTimeout, ConnectTimeout, SendTimeout, HeadTimeout, BodyTimeout, ContinueTimeout])
        {
            if (timeout <= TimeSpan.Zero || timeout > TimeSpan.FromDays(24))
                throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A timeout is positive and at most 24 days.");
        }

        _ = new ResponseHead(HeadLimits);
        if (UserAgent is not null)
            FieldRule.Check("User-Agent", UserAgent);
    }
}
