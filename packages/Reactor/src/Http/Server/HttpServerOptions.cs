using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Http.Server;

/// <summary>Limits and timeouts of an <see cref="HttpServer"/>. Everything a client can make grow has a limit here.</summary>
public sealed class HttpServerOptions
{
    /// <summary>How large the head of a request may be; 414 and 431 past it.</summary>
    public HeadLimits HeadLimits { get; set; } = HeadLimits.Default;

    /// <summary>Bytes a request body may have; 413 past it. 30,000,000 by default, Kestrel's value.</summary>
    public long MaxBodySize { get; set; } = 30_000_000;

    /// <summary>Connections open at once; one more is answered 503 and closed. No limit by default.</summary>
    public int MaxConnections { get; set; } = int.MaxValue;

    /// <summary>Requests on one connection before it is closed; no limit by default.</summary>
    public long MaxRequestsPerConnection { get; set; } = long.MaxValue;

    /// <summary>From the first byte of a request, or from the connect, until its head is complete. 15 seconds: a head fits a few packets.</summary>
    public TimeSpan HeadTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may wait between requests. 75 seconds, nginx's value.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(75);

    /// <summary>How long the client may send nothing of a body that is waited for. 30 seconds.</summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the client may take nothing of a response. 30 seconds.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes a second a client must send of a body, or take of a response, measured over <see cref="RateInterval"/>; 240,
    /// Kestrel's value. 0 measures nothing.
    /// </summary>
    public int MinimumRate { get; set; } = 240;

    /// <summary>How long the rate is measured. 5 seconds.</summary>
    public TimeSpan RateInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to read on, after the last response, so that closing does not destroy it on its way. 2 seconds.</summary>
    public TimeSpan LingerTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes to read on at most after the last response. 256 KiB.</summary>
    public long LingerBytes { get; set; } = 256 * 1024;

    /// <summary>How long idle connections may still begin a request when the server drains: one may be on its way. 1 second.</summary>
    public TimeSpan DrainGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The value of the Server field, or null to send none. "gabbro" by default.</summary>
    public string? ServerName { get; set; } = "gabbro";

    /// <summary>Told about every request when its response is complete, on the loop; null logs nothing.</summary>
    public Action<AccessLogEntry>? AccessLog { get; set; }

    /// <summary>Told about exceptions of the handler, on the loop; the client gets 500 or a broken connection either way.</summary>
    public Action<Exception>? OnError { get; set; }

    /// <summary>Options of the listening socket and its connections.</summary>
    public ListenOptions Listen { get; set; } = new();

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBodySize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxConnections);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxRequestsPerConnection);
        ArgumentOutOfRangeException.ThrowIfNegative(MinimumRate);
        ArgumentOutOfRangeException.ThrowIfNegative(LingerBytes);
        ArgumentNullException.ThrowIfNull(Listen);
        ThrowUnlessPositive(HeadTimeout, nameof(HeadTimeout));
        ThrowUnlessPositive(KeepAliveTimeout, nameof(KeepAliveTimeout));
        ThrowUnlessPositive(BodyTimeout, nameof(BodyTimeout));
        ThrowUnlessPositive(WriteTimeout, nameof(WriteTimeout));
        ThrowUnlessPositive(RateInterval, nameof(RateInterval));
        ThrowUnlessPositive(LingerTimeout, nameof(LingerTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(DrainGrace, TimeSpan.Zero);
        if (ServerName is { } name && HttpScanner.IndexOfControl(System.Text.Encoding.Latin1.GetBytes(name)) != name.Length)
            throw new ArgumentException("The server name holds a control character.", nameof(ServerName));
    }

    private static void ThrowUnlessPositive(TimeSpan value, string name) =>
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, name);
}
