namespace Gabbro.Reactor.Http.Client;

/// <summary>
/// The body of a request: the client pulls it piece by piece as the server takes it. Derive from it for a body that is made
/// while it is sent.
/// </summary>
public abstract class RequestBody
{
    /// <summary>Bytes in it, or -1 when nobody knows before its end: then it goes out in the chunked coding.</summary>
    public abstract long Length { get; }

    /// <summary>True when it can be sent more than once, for a retry or a redirection.</summary>
    public virtual bool CanReplay => false;

    /// <summary>Starts it again from its beginning; called before every sending of a body that can be replayed.</summary>
    public virtual void Rewind()
    {
    }

    /// <summary>Gives the next piece.</summary>
    /// <param name="buffer">Where to put it.</param>
    /// <param name="cancellationToken">The request was canceled.</param>
    /// <returns>The bytes put there; 0 at the end.</returns>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>A body that is there as a whole. It goes out in one call together with the head, without being copied.</summary>
    /// <param name="bytes">The body; it must not change while a request with it is under way.</param>
    public static RequestBody FromMemory(ReadOnlyMemory<byte> bytes) => new MemoryBody(bytes);

    /// <summary>A body that is read from a stream.</summary>
    /// <param name="stream">The stream; it is read once and stays open. Its reads must resume on the loop, as ordinary ones do.</param>
    /// <param name="length">Bytes to send, or -1 for all of it in the chunked coding.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is less than -1.</exception>
    public static RequestBody FromStream(Stream stream, long length = -1)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, -1);
        return new StreamBody(stream, length);
    }
}
