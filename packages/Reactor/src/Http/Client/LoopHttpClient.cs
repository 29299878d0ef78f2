using System.Runtime.CompilerServices;
using Gabbro.Reactor.Http.Server;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Http.Client;

/// <summary>
/// An HTTP/1.1 client on an event loop: connections are kept and used again, bodies are streamed both ways, and the parser
/// is as strict as the server's.
/// </summary>
/// <remarks>
/// <para>Requests are not pipelined: one connection carries one request at a time, and as many connections are made as
/// <see cref="LoopHttpClientOptions.MaxConnectionsPerOrigin"/> allows. Sending a request and reading its response allocate nothing once
/// warm, as long as a few are under way at once; making a connection and following a redirection do allocate.</para>
/// <para>Nothing is decompressed, cached or authenticated, and no proxy is asked, unless a
/// <see cref="LoopHttpClientOptions.Connector"/> does it.</para>
/// <para>All members belong to the loop's thread.</para>
/// </remarks>
/// <example>
/// <code>
/// using LoopHttpClient client = new(loop);
/// using ClientResponse response = await client.GetAsync("http://127.0.0.1:8080/plaintext");
/// Console.WriteLine(await response.ReadTextAsync());
/// </code>
/// </example>
public sealed class LoopHttpClient : IDisposable
{
    private readonly Dictionary<HttpOrigin, OriginPool> _pools = [];
    private readonly Stack<LoopOperation<ClientResponse>> _operations = new();
    private readonly CancellationTokenSource _disposal = new();
    private OriginPool? _lastPool;

    /// <summary>Makes a client; it connects when it is asked for something.</summary>
    /// <param name="loop">The loop it lives on.</param>
    /// <param name="options">Limits and timeouts, copied; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="loop"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public LoopHttpClient(EventLoop loop, LoopHttpClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loop);
        loop.VerifyAccess();
        Loop = loop;
        Options = (options ?? new LoopHttpClientOptions()).Copy();
        Disposed = _disposal.Token;
    }

    /// <summary>The loop.</summary>
    public EventLoop Loop { get; }

    /// <summary>Connections open now.</summary>
    public int Connections => _pools.Values.Sum(pool => pool.Connections);

    /// <summary>Connections that wait for a request.</summary>
    public int IdleConnections => _pools.Values.Sum(pool => pool.Idle);

    /// <summary>True once the client was disposed.</summary>
    public bool IsDisposed { get; private set; }

    internal LoopHttpClientOptions Options { get; }

    internal BufferStock Buffers { get; } = new();

    internal CancellationToken Disposed { get; }

    /// <summary>Asks for a resource.</summary>
    /// <param name="uri">An absolute http or https URI.</param>
    /// <param name="cancellationToken">Ends the request, and its connection with it.</param>
    /// <returns>The response, its body not read yet. Dispose it.</returns>
    /// <exception cref="ArgumentException">See <see cref="ClientRequest"/>.</exception>
    /// <exception cref="UriFormatException"><paramref name="uri"/> is not a URI.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The client is, or was meanwhile, disposed.</exception>
    /// <exception cref="HttpClientException">No response: see <see cref="HttpClientException.Error"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<ClientResponse> GetAsync(string uri, CancellationToken cancellationToken = default) =>
        SendAsync(new ClientRequest(new Uri(uri)), cancellationToken);

    /// <summary>Sends a body that is there as a whole.</summary>
    /// <param name="uri">An absolute http or https URI.</param>
    /// <param name="body">The body; it must not change before the response.</param>
    /// <param name="contentType">Its type.</param>
    /// <param name="cancellationToken">Ends the request, and its connection with it.</param>
    /// <returns>The response, its body not read yet. Dispose it.</returns>
    /// <exception cref="ArgumentException">See <see cref="ClientRequest"/>.</exception>
    /// <exception cref="UriFormatException"><paramref name="uri"/> is not a URI.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The client is, or was meanwhile, disposed.</exception>
    /// <exception cref="HttpClientException">No response: see <see cref="HttpClientException.Error"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<ClientResponse> PostAsync(
        string uri, ReadOnlyMemory<byte> body, string contentType = "application/octet-stream", CancellationToken cancellationToken = default)
    {
        ClientRequest request = new("POST", new Uri(uri)) { Body = RequestBody.FromMemory(body) };
        request.AddField("Content-Type", contentType);
        return SendAsync(request, cancellationToken);
    }

    /// <summary>Sends a request and waits for the head of its response. Allocates nothing once warm.</summary>
    /// <param name="request">The request; it may be sent again, also while it is under way, unless its body cannot.</param>
    /// <param name="cancellationToken">Ends the request, and its connection with it.</param>
    /// <returns>The response, its body not read yet. Dispose it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The request has a body and is under way, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The client is, or was meanwhile, disposed.</exception>
    /// <exception cref="HttpClientException">No response: see <see cref="HttpClientException.Error"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<ClientResponse> SendAsync(ClientRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Loop.VerifyAccess();
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (request.InFlight > 0 && request.Body is not null)
            throw new InvalidOperationException("A request with a body carries it once at a time: wait for its response.");
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ClientResponse>(cancellationToken);
        LoopOperation<ClientResponse> operation = _operations.TryPop(out LoopOperation<ClientResponse>? used) ? used : new(_operations);
        return operation.Start(SendCoreAsync(request, cancellationToken));
    }

    /// <summary>
    /// Closes all connections; requests under way fail with <see cref="ObjectDisposedException"/>. Disposing twice is fine.
    /// </summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Dispose()
    {
        if (IsDisposed)
            return;
        Loop.VerifyAccess();
        IsDisposed = true;
        _disposal.Cancel();
        foreach (OriginPool pool in _pools.Values.ToArray())
            pool.FailAll(new ObjectDisposedException(nameof(LoopHttpClient), "The client was disposed while a request was under way."));
        _disposal.Dispose();
    }

    internal void Forget(OriginPool pool)
    {
        _pools.Remove(pool.Origin);
        if (ReferenceEquals(_lastPool, pool))
            _lastPool = null;
    }

    private OriginPool PoolOf(in HttpOrigin origin)
    {
        // Most clients talk to one server.
        if (_lastPool is { } last && last.Origin == origin)
            return last;
        if (!_pools.TryGetValue(origin, out OriginPool? pool))
            _pools.Add(origin, pool = new OriginPool(this, origin));
        return _lastPool = pool;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ClientResponse> SendCoreAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        int redirects = 0;
        while (true)
        {
            ClientConnection connection = await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
            ClientResponse response = new(connection, request.Uri);
            if (Options.MaxRedirects == 0 || !RedirectRule.TryFollow(request, response, out ClientRequest? next))
                return response;
            response.Dispose();
            if (++redirects > Options.MaxRedirects)
                throw new HttpClientException(HttpClientError.TooManyRedirects, $"More than {Options.MaxRedirects} redirections, the last to {next.Uri}.");
            request = next;
        }
    }

    /// <summary>Sends a request on a connection that waits, or on a fresh one; on a fresh one again when the first had been closed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ClientConnection> SendOnceAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        OriginPool pool = PoolOf(request.Origin);
        bool retry = false;
        while (true)
        {
            if (retry || !pool.TryTake(out ClientConnection connection))
                connection = await pool.OpenAsync(fresh: retry, cancellationToken);
            try
            {
                await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
                return connection;
            }
            catch (HttpClientException) when (!retry && Options.RetryIdempotent && request.MayRepeat && connection.MayRetry && !IsDisposed)
            {
                retry = true;
                pool = PoolOf(request.Origin);
            }
        }
    }
}
