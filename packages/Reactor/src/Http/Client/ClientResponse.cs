using System.Text;

namespace Gabbro.Reactor.Http.Client;

/// <summary>
/// A response: its head is here, its body is read from the connection as the caller asks for it. Dispose it, so that the
/// connection can carry the next request; one whose body was not read to its end is closed instead.
/// </summary>
/// <remarks>A handle to the connection, valid until it is disposed; used later it throws, it never shows another response. Belongs to the loop's thread.</remarks>
public readonly struct ClientResponse : IDisposable, IEquatable<ClientResponse>
{
    private readonly ClientConnection? _connection;
    private readonly int _generation;

    internal ClientResponse(ClientConnection connection, Uri uri)
    {
        _connection = connection;
        _generation = connection.Generation;
        Uri = uri;
    }

    /// <summary>Where the response came from: behind redirections, another URI than the request's.</summary>
    public Uri Uri { get; }

    /// <summary>The status code, 200 to 599.</summary>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    public int StatusCode => Live.Head.StatusCode;

    /// <summary>True for the 2xx class.</summary>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>The minor version: 1 for HTTP/1.1, 0 for HTTP/1.0.</summary>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    public int MinorVersion => Live.Head.MinorVersion;

    /// <summary>What Content-Length says, or -1 without it: for HEAD and 304 the length of a body that does not follow.</summary>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    public long ContentLength => Live.Head.ContentLength;

    /// <summary>The reason phrase; often empty, and of no meaning. Valid until the response is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    public ReadOnlySpan<byte> Reason => Live.Head.Reason(Live.HeadBytes);

    /// <summary>The number of field lines.</summary>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    public int FieldCount => Live.Head.FieldCount;

    private ClientConnection Live
    {
        get
        {
            ClientConnection? connection = _connection;
            if (connection is null || connection.Generation != _generation)
                ThrowEnded();
            return connection!;
        }
    }

    /// <summary>The name of a field line, in the order sent. Valid until the response is disposed.</summary>
    /// <param name="index">0 to <see cref="FieldCount"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is out of that range.</exception>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    public ReadOnlySpan<byte> FieldName(int index) => Live.Head.Field(index).Name(Live.HeadBytes);

    /// <summary>The value of a field line, in the order sent. Valid until the response is disposed.</summary>
    /// <param name="index">0 to <see cref="FieldCount"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is out of that range.</exception>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    public ReadOnlySpan<byte> FieldValue(int index) => Live.Head.Field(index).Value(Live.HeadBytes);

    /// <summary>Finds the first field line with a name. Allocates nothing.</summary>
    /// <param name="lowerName">The name in lower case.</param>
    /// <param name="value">Its value; valid until the response is disposed.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    public bool TryGetField(ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value) =>
        Live.Head.TryGetField(Live.HeadBytes, lowerName, out value);

    /// <summary>The first field line with a name as text, or null. Bytes outside ASCII are read as Latin-1.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    public string? GetField(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return TryGetField(Encoding.ASCII.GetBytes(name.ToLowerInvariant()), out ReadOnlySpan<byte> value) ? Encoding.Latin1.GetString(value) : null;
    }

    /// <summary>Reads what is there of the body, waiting until anything is. Allocates nothing once warm.</summary>
    /// <param name="buffer">Where to put it; not empty.</param>
    /// <param name="cancellationToken">Ends the wait, and the connection with it.</param>
    /// <returns>The bytes read, at least 1; 0 at the end of the body.</returns>
    /// <exception cref="ArgumentException">The buffer is empty.</exception>
    /// <exception cref="InvalidOperationException">Another read is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    /// <exception cref="HttpClientException">The body did not come to its end: cut, malformed, too large, or too slow.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ClientConnection live = Live;
        live.VerifyAccess();
        return live.ReadAsync(buffer, cancellationToken);
    }

    /// <summary>Reads the rest of the body.</summary>
    /// <param name="limit">Bytes it may have.</param>
    /// <param name="cancellationToken">Ends the wait, and the connection with it.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="InvalidOperationException">A read is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    /// <exception cref="HttpClientException">The body is longer than <paramref name="limit"/>, or did not come to its end.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public async ValueTask<byte[]> ReadAllAsync(int limit = 64 << 20, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        long announced = ContentLength;
        if (announced > limit)
            throw new HttpClientException(RejectionReason.BodyTooLarge, $"The body of {Uri} has {announced} bytes, more than {limit}.");
        byte[] buffer = new byte[announced >= 0 ? (int)Math.Max(1, announced) : Math.Clamp(limit, 1, 4096)];
        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                // Full: one more byte says whether that was all.
                byte[] one = new byte[1];
                if (await ReadAsync(one, cancellationToken) == 0)
                    break;
                if (length >= limit)
                    throw new HttpClientException(RejectionReason.BodyTooLarge, $"The body of {Uri} has more than {limit} bytes.");
                Array.Resize(ref buffer, (int)Math.Min(Math.Max(limit, 1), (long)buffer.Length * 2));
                buffer[length++] = one[0];
                continue;
            }

            int count = await ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (count == 0)
                break;
            length += count;
        }

        if (length > limit)
            throw new HttpClientException(RejectionReason.BodyTooLarge, $"The body of {Uri} has more than {limit} bytes.");
        return length == buffer.Length ? buffer : buffer[..length];
    }

    /// <summary>Reads the rest of the body as UTF-8 text.</summary>
    /// <param name="limit">Bytes it may have.</param>
    /// <param name="cancellationToken">Ends the wait, and the connection with it.</param>
    /// <exception cref="InvalidOperationException">A read is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The response was disposed.</exception>
    /// <exception cref="HttpClientException">The body is longer than <paramref name="limit"/>, or did not come to its end.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public async ValueTask<string> ReadTextAsync(int limit = 64 << 20, CancellationToken cancellationToken = default) =>
        Encoding.UTF8.GetString(await ReadAllAsync(limit, cancellationToken));

    /// <summary>Lets go of the connection. Disposing twice is fine.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Dispose()
    {
        if (_connection is not { } connection)
            return;
        connection.VerifyAccess();
        connection.Release(_generation);
    }

    /// <inheritdoc/>
    public bool Equals(ClientResponse other) => ReferenceEquals(_connection, other._connection) && _generation == other._generation;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ClientResponse other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_connection, _generation);

    /// <summary>Whether both are the same response.</summary>
    public static bool operator ==(ClientResponse left, ClientResponse right) => left.Equals(right);

    /// <summary>Whether they are different responses.</summary>
    public static bool operator !=(ClientResponse left, ClientResponse right) => !left.Equals(right);

    private void ThrowEnded() => throw new ObjectDisposedException(
        nameof(ClientResponse), "The response was disposed, or its connection has failed: its bytes are gone.");
}
