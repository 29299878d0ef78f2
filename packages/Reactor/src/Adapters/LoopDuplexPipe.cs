using System.IO.Pipelines;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Adapters;

/// <summary>
/// A <see cref="StreamSocket"/> as a pair of pipes. Its continuations stay on the loop. Backpressure works both ways: what
/// is not consumed is not read from the socket past the reader's buffer, and flushing waits for the peer.
/// </summary>
/// <remarks>Belongs to the loop's thread, like the socket.</remarks>
public sealed class LoopDuplexPipe : IDuplexPipe, IAsyncDisposable
{
    private readonly LoopStream _stream;

    /// <summary>Wraps a socket.</summary>
    /// <param name="socket">The socket; disposing the pipe disposes it.</param>
    /// <param name="bufferSize">Bytes to read at once.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bufferSize"/> is not positive.</exception>
    public LoopDuplexPipe(StreamSocket socket, int bufferSize = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bufferSize);
        _stream = new LoopStream(socket);
        Input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: bufferSize, leaveOpen: true));
        Output = PipeWriter.Create(_stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    /// <inheritdoc/>
    public PipeReader Input { get; }

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    /// <summary>Completes both pipes, which sends what was written, and closes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Output.CompleteAsync();
            await Input.CompleteAsync();
        }
        finally
        {
            await _stream.DisposeAsync();
        }
    }
}
