using System.Text;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;

namespace Gabbro.Reactor.Http.Server;

/// <summary>
/// An HTTP/1.1 server on one event loop: keep-alive, pipelining, chunked bodies both ways, limits and timeouts on
/// everything, strict about framing. A connection that waits costs a few hundred bytes; a request costs no allocation.
/// </summary>
/// <remarks>
/// Belongs to its loop's thread. Several loops run a server each, sharing one address: see
/// <see cref="Net.ListenOptions.ShareAddress"/>.
/// </remarks>
/// <example>
/// <code>
/// using EventLoop loop = new();
/// HttpServer server = new(loop, exchange =>
/// {
///     exchange.Respond(200, "text/plain"u8, "Hello, World!"u8);
///     return ValueTask.CompletedTask;
/// });
/// server.Listen(SocketEndpoint.LoopbackIPv4(8080));
/// loop.Run();
/// </code>
/// </example>
public sealed class HttpServer : IDisposable
{
    /// <summary>Exchanges kept for the next requests; each is under a kilobyte.</summary>
    private const int KeptExchanges = 256;

    private readonly List<ConnectionAcceptor> _acceptors = [];
    private readonly List<HttpConnection> _connections = [];
    private readonly Stack<Exchange> _exchanges = new();
    private readonly IDisposable _shutdown;
    private TaskCompletionSource? _drained;
    private long _accepted;
    private long _requests;
    private long _rejected;
    private long _timedOut;
    private long _refused;
    private long _failed;
    private int _active;
    private bool _disposed;

    /// <summary>Makes a server whose handler is a function.</summary>
    /// <param name="loop">The loop it runs on.</param>
    /// <param name="handler">Answers requests.</param>
    /// <param name="options">Limits and timeouts, or null for the defaults.</param>
    /// <exception cref="ArgumentException">An argument is null or an option out of its range.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public HttpServer(EventLoop loop, Func<HttpExchange, ValueTask> handler, HttpServerOptions? options = null)
        : this(loop, new DelegateHandler(handler ?? throw new ArgumentNullException(nameof(handler))), options)
    {
    }

    /// <summary>Makes a server.</summary>
    /// <param name="loop">The loop it runs on.</param>
    /// <param name="handler">Answers requests.</param>
    /// <param name="options">Limits and timeouts, or null for the defaults.</param>
    /// <exception cref="ArgumentException">An argument is null or an option out of its range.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public HttpServer(EventLoop loop, IHttpHandler handler, HttpServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(handler);
        options ??= new HttpServerOptions();
        options.Validate();
        loop.VerifyAccess();
        Loop = loop;
        Handler = handler;
        Options = options;
        Text = new ResponseText(options.ServerName);
        _shutdown = loop.OnShutdown(DrainAsync);
    }

    /// <summary>The loop the server runs on.</summary>
    public EventLoop Loop { get; }

    /// <summary>True once <see cref="DrainAsync"/> was called: no new connections, and every response is the last of its connection.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>What the server has done. Any thread; not a consistent cut while it runs.</summary>
    public HttpServerStatistics Statistics =>
        new(_accepted, _connections.Count, _active, _requests, _rejected, _timedOut, _refused, _failed);

    internal HttpServerOptions Options { get; }

    internal IHttpHandler Handler { get; }

    internal ResponseText Text { get; }

    internal BufferStock Buffers { get; } = new();

    internal long BytesReceived { get; set; }

    /// <summary>Listens at an address; several may be listened at.</summary>
    /// <param name="address">The address; port 0 lets the system choose.</param>
    /// <returns>The address, with the port the system chose.</returns>
    /// <exception cref="InvalidOperationException">The server drains, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The server was disposed.</exception>
    /// <exception cref="Platform.PlatformException">The address is in use, not one of this machine, or not permitted.</exception>
    public SocketEndpoint Listen(in SocketEndpoint address)
    {
        Loop.VerifyAccess();
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsDraining)
            throw new InvalidOperationException("The server is draining.");
        ListenerDevice device = Loop.Listen(address, Options.Listen).Device;
        ConnectionAcceptor acceptor = new(this, device);
        _acceptors.Add(acceptor);
        acceptor.Start();
        return device.LocalAddress;
    }

    /// <summary>
    /// Ends the server in good order: it stops listening (connections that wait to be accepted are still served), answers
    /// the requests in progress, gives idle clients a moment for one that may be on its way, and closes.
    /// </summary>
    /// <param name="cancellationToken">The deadline: what is left then is cut off.</param>
    /// <returns>Completes when no connection is left.</returns>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public async ValueTask DrainAsync(CancellationToken cancellationToken = default)
    {
        Loop.VerifyAccess();
        if (!IsDraining)
        {
            IsDraining = true;
            foreach (ConnectionAcceptor acceptor in _acceptors)
                acceptor.End();
            foreach (HttpConnection connection in _connections.ToArray())
                connection.Drain();
        }

        if (_connections.Count == 0)
            return;
        _drained ??= new TaskCompletionSource();
        try
        {
            await _drained.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            CloseConnections();
        }
    }

    /// <summary>Stops listening and cuts every connection off. Disposing twice is fine.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Dispose()
    {
        if (_disposed)
            return;
        Loop.VerifyAccess();
        _disposed = true;
        IsDraining = true;
        _shutdown.Dispose();
        foreach (ConnectionAcceptor acceptor in _acceptors)
            acceptor.Device.Close();
        CloseConnections();
    }

    internal void Add(StreamDevice device)
    {
        _accepted++;
        HttpConnection connection = new(this, device) { Index = _connections.Count };
        _connections.Add(connection);
        if (_connections.Count <= Options.MaxConnections)
        {
            connection.Begin();
            return;
        }

        _refused++;
        connection.Refuse();
    }

    internal void Remove(HttpConnection connection)
    {
        int last = _connections.Count - 1;
        HttpConnection moved = _connections[last];
        _connections[connection.Index] = moved;
        moved.Index = connection.Index;
        _connections.RemoveAt(last);
        if (last == 0)
            _drained?.TrySetResult();
    }

    internal Exchange RentExchange()
    {
        _active++;
        return _exchanges.TryPop(out Exchange? exchange) ? exchange : new Exchange(this);
    }

    internal void ReturnExchange(Exchange exchange)
    {
        _active--;
        if (_exchanges.Count < KeptExchanges && exchange.IsReusable)
            _exchanges.Push(exchange);
    }

    internal void NoteRequest() => _requests++;

    internal void NoteRejection() => _rejected++;

    internal void NoteTimeout(bool idle)
    {
        if (!idle)
            _timedOut++;
    }

    internal void NoteFailure(Exception exception)
    {
        _failed++;
        Options.OnError?.Invoke(exception);
    }

    internal void Log(HttpConnection connection, Exchange exchange, RejectionReason rejection)
    {
        if (Options.AccessLog is not { } log)
            return;
        bool understood = rejection == RejectionReason.None || exchange.Head.Rejection == RejectionReason.None;
        log(new AccessLogEntry(
            connection.Device.RemoteAddress,
            understood ? exchange.Head.Method : RequestMethod.Other,
            understood && exchange.Head.Length > 0 ? Encoding.Latin1.GetString(exchange.Head.Target(exchange.Input.Head)) : string.Empty,
            exchange.Status,
            exchange.BodyBytes,
            TimeSpan.FromTicks((Loop.NowNanoseconds - exchange.Began) / 100),
            rejection));
    }

    private void CloseConnections()
    {
        foreach (HttpConnection connection in _connections.ToArray())
            connection.Close();
    }
}
