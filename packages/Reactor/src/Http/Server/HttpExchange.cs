using System.Text;
using Gabbro.Platform.Files;
using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Http.Server;

/// <summary>
/// One request and its response, as a handler sees them. A small value; using it after its request has ended throws, so a
/// handler that keeps it too long cannot reach into somebody else's response.
/// </summary>
/// <remarks>
/// All members belong to the loop's thread. Spans given out are valid until the handler next awaits; what is needed longer
/// has to be copied. Everything allocates nothing but where it says so.
/// </remarks>
public readonly struct HttpExchange
{
    private readonly Exchange _exchange;
    private readonly uint _generation;

    internal HttpExchange(Exchange exchange)
    {
        _exchange = exchange;
        _generation = exchange.Generation;
    }

    /// <summary>The loop the request came in on.</summary>
    /// <exception cref="InvalidOperationException">The request has ended.</exception>
    public EventLoop Loop => Exchange.Server.Loop;

    /// <summary>The method.</summary>
    /// <exception cref="InvalidOperationException">The request has ended, or the caller is on another thread.</exception>
    public RequestMethod Method => Exchange.Head.Method;

    /// <summary>The parsed head, for what has no member here.</summary>
    /// <exception cref="InvalidOperationException">The request has ended, or the caller is on another thread.</exception>
    public RequestHead Head => Exchange.Head;

    /// <summary>The bytes of the head, to use with <see cref="Head"/>.</summary>
    /// <exception cref="InvalidOperationException">The request has ended, or the caller is on another thread.</exception>
    public ReadOnlySpan<byte> HeadBytes => Exchange.Input.Head;

    /// <summary>The path of the target, percent-encoded as sent.</summary>
    /// <exception cref="InvalidOperationException">The request has ended, or the caller is on another thread.</exception>
    public ReadOnlySpan<byte> Path => Exchange.Head.Path(Exchange.Input.Head);

    /// <summary>The query of the target without its question mark, percent-encoded as sent.</summary>
    /// <exception cref="InvalidOperationException">The request has ended, or the caller is on another thread.</exception>
    public ReadOnlySpan<byte> Query => Exchange.Head.Query(Exchange.Input.Head);

    /// <summary>Who asks.</summary>
    /// <exception cref="InvalidOperationException">The request has ended, or the caller is on another thread.</exception>
    public SocketEndpoint Client => Exchange.Connection.Device.RemoteAddress;

    /// <summary>True when the request has a body.</summary>
    /// <exception cref="InvalidOperationException">The request has ended, or the caller is on another thread.</exception>
    public bool HasBody => Exchange.Head.HasBody;

    /// <summary>The length of the request's body, or -1 when it is chunked or there is none.</summary>
    /// <exception cref="InvalidOperationException">The request has ended, or the caller is on another thread.</exception>
    public long ContentLength => Exchange.Head.ContentLength;

    /// <summary>The status of the response; 200 until set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not between 200 and 599.</exception>
    /// <exception cref="InvalidOperationException">The response has started, the request has ended, or the caller is on another thread.</exception>
    public int StatusCode
    {
        get => Exchange.Status;
        set => Exchange.Status = value;
    }

    /// <summary>True when the head of the response has been produced and can no longer be changed.</summary>
    /// <exception cref="InvalidOperationException">The request has ended, or the caller is on another thread.</exception>
    public bool HasStarted => Exchange.HasStarted;

    private Exchange Exchange
    {
        get
        {
            Exchange exchange = _exchange ?? throw new InvalidOperationException("This is no exchange.");
            if (exchange.Generation != _generation || !exchange.IsHandling)
                throw new InvalidOperationException("The request has ended: its exchange can no longer be used.");
            exchange.Server.Loop.VerifyAccess();
            return exchange;
        }
    }

    /// <summary>Finds the first field of the request with a name.</summary>
    /// <param name="lowerName">The name in lower case.</param>
    /// <param name="value">Its value; valid until the handler next awaits.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="InvalidOperationException">The request has ended, or the caller is on another thread.</exception>
    public bool TryGetField(ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value)
    {
        Exchange exchange = Exchange;
        return exchange.Head.TryGetField(exchange.Input.Head, lowerName, out value);
    }

    /// <summary>Finds the first field of the request with a name. Allocates the string.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <returns>Its value, each byte a character; null when there is none.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">The request has ended, or the caller is on another thread.</exception>
    public string? GetField(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return TryGetField(Encoding.Latin1.GetBytes(name.ToLowerInvariant()), out ReadOnlySpan<byte> value) ? Encoding.Latin1.GetString(value) : null;
    }

    /// <summary>Reads some of the body. The client is told to go on (100) when it waits for that.</summary>
    /// <param name="buffer">Where to put it; not empty.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The bytes read; 0 at the end of the body.</returns>
    /// <exception cref="ArgumentException">The buffer is empty.</exception>
    /// <exception cref="InvalidOperationException">Another read is pending, the request has ended, or the caller is on another thread.</exception>
    /// <exception cref="HttpRejectedException">The body breaks a rule or a limit.</exception>
    /// <exception cref="IOException">The connection ended before the body did, or the client was too slow.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Exchange.ReadBodyAsync(buffer, cancellationToken);

    /// <summary>Adds a field to the response.</summary>
    /// <param name="name">Its name; not one of the fields that are the server's: Connection, Content-Length, Date, Server, Transfer-Encoding.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">The name is no token or the server's, or the value holds a control character.</exception>
    /// <exception cref="InvalidOperationException">The response has started, the request has ended, or the caller is on another thread.</exception>
    public void AddField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Exchange.AddField(name, value);

    /// <summary>Adds a field to the response. Allocates.</summary>
    /// <param name="name">Its name; not one of the fields that are the server's: Connection, Content-Length, Date, Server, Transfer-Encoding.</param>
    /// <param name="value">Its value, of characters up to U+00FF.</param>
    /// <exception cref="ArgumentException">The name is no token or the server's, or the value holds a control character.</exception>
    /// <exception cref="InvalidOperationException">The response has started, the request has ended, or the caller is on another thread.</exception>
    public void AddField(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        Exchange.AddField(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
    }

    /// <summary>Declares the length of the response's body, which then needs no chunks.</summary>
    /// <param name="length">Its length in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="InvalidOperationException">The response has started, the request has ended, or the caller is on another thread.</exception>
    public void DeclareLength(long length) => Exchange.DeclareLength(length);

    /// <summary>Ends the connection behind this response.</summary>
    /// <exception cref="InvalidOperationException">The request has ended, or the caller is on another thread.</exception>
    public void EndConnection() => Exchange.CloseAfter = true;

    /// <summary>The whole response at once: the cheapest way.</summary>
    /// <param name="status">The status.</param>
    /// <param name="contentType">The value of Content-Type, or empty for none.</param>
    /// <param name="body">The body.</param>
    /// <exception cref="ArgumentException">The status is not between 200 and 599, or the type holds a control character.</exception>
    /// <exception cref="InvalidOperationException">The response has started, the request has ended, or the caller is on another thread.</exception>
    public void Respond(int status, ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> body) => Exchange.Respond(status, contentType, body);

    /// <summary>The whole response at once, as UTF-8 text. Allocates.</summary>
    /// <param name="status">The status.</param>
    /// <param name="text">The body.</param>
    /// <param name="contentType">The value of Content-Type.</param>
    /// <exception cref="ArgumentException">The status is not between 200 and 599, or the type holds a control character.</exception>
    /// <exception cref="InvalidOperationException">The response has started, the request has ended, or the caller is on another thread.</exception>
    public void Respond(int status, string text, string contentType = "text/plain; charset=utf-8")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(contentType);
        Exchange.Respond(status, Encoding.Latin1.GetBytes(contentType), Encoding.UTF8.GetBytes(text));
    }

    /// <summary>
    /// Produces a part of the body. Small bodies are collected and get a Content-Length; larger ones go in chunks. Memory
    /// grows with what is written between two calls of <see cref="FlushAsync"/> or <see cref="WriteAsync"/>.
    /// </summary>
    /// <param name="body">The part; copied.</param>
    /// <exception cref="InvalidOperationException">More than was declared, the request has ended, or the caller is on another thread.</exception>
    public void Write(ReadOnlySpan<byte> body) => Exchange.Write(body);

    /// <summary>Produces a part of the body and waits while the client does not read: the backpressure of a response.</summary>
    /// <param name="body">The part; it must stay as it is until the task completes.</param>
    /// <exception cref="InvalidOperationException">More than was declared, a write is pending, the request has ended, or the caller is on another thread.</exception>
    /// <exception cref="IOException">The client is gone or too slow.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> body) => Exchange.WriteAsync(body);

    /// <summary>Sends what has been produced, and waits while the client does not read.</summary>
    /// <exception cref="InvalidOperationException">A write is pending, the request has ended, or the caller is on another thread.</exception>
    /// <exception cref="IOException">The client is gone or too slow.</exception>
    public ValueTask FlushAsync() => Exchange.FlushAsync();

    /// <summary>Sends a range of a file as the body without copying it through the process, where the system can.</summary>
    /// <param name="file">The file; it must stay open until the task completes.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="count">How many bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is negative.</exception>
    /// <exception cref="InvalidOperationException">More than was declared, a write is pending, the request has ended, or the caller is on another thread.</exception>
    /// <exception cref="IOException">The client is gone or too slow, or the file is shorter.</exception>
    public ValueTask SendFileAsync(FileHandle file, long offset, long count) => Exchange.SendFileAsync(file, offset, count);

    /// <summary>
    /// Answers 101 and takes the connection over, to speak another protocol on it. The handler owns the stream from then on.
    /// </summary>
    /// <param name="protocol">The value of Upgrade in the answer.</param>
    /// <returns>The stream, and what the client has sent behind its request.</returns>
    /// <exception cref="ArgumentException">The protocol is empty or holds a control character.</exception>
    /// <exception cref="InvalidOperationException">The client did not ask for an upgrade, the response has started, the request has ended, or the caller is on another thread.</exception>
    /// <exception cref="IOException">The client is gone.</exception>
    public ValueTask<UpgradedConnection> UpgradeAsync(string protocol)
    {
        ArgumentException.ThrowIfNullOrEmpty(protocol);
        return Exchange.Connection.UpgradeAsync(Exchange, Encoding.Latin1.GetBytes(protocol));
    }
}
