using System.Buffers;
using System.IO.Pipelines;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Adapters;

/// <summary>
/// A <see cref="StreamSocket"/> as a pair of pipes. Its continuations stay on the loop. Backpressure works both ways: what
/// is not consumed is not read from the socket past a mark, and flushing waits for the peer past another.
/// </summary>
/// <remarks>
/// Belongs to the loop's thread, like the socket. A failure of the socket is told by the pipe it concerns: by its next read,
/// or its next flush.
/// </remarks>
public sealed class LoopDuplexPipe : IDuplexPipe, IAsyncDisposable
{
    private readonly LoopStream _stream;
    private readonly int _bufferSize;
    private readonly Task _receiving = Task.CompletedTask;
    private readonly Task _sending = Task.CompletedTask;
    private bool _disposed;

    /// <summary>Wraps a socket without holding anything ahead: reads go to the socket as they are asked for, and a flush waits for all of it.</summary>
    /// <param name="socket">The socket; disposing the pipe disposes it.</param>
    /// <param name="bufferSize">Bytes to read at once.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bufferSize"/> is not positive.</exception>
    public LoopDuplexPipe(StreamSocket socket, int bufferSize = 4096)
        : this(socket, new LoopDuplexPipeOptions { BufferSize = bufferSize, PauseReadingAt = 0, PauseWritingAt = 0 })
    {
    }

    /// <summary>Wraps a socket, reading ahead and writing behind within marks.</summary>
    /// <param name="socket">The socket; disposing the pipe disposes it.</param>
    /// <param name="options">The marks.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A mark is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public LoopDuplexPipe(StreamSocket socket, LoopDuplexPipeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _stream = new LoopStream(socket);
        _bufferSize = options.BufferSize;
        if (options.PauseReadingAt == 0)
        {
            Input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: _bufferSize, leaveOpen: true));
        }
        else
        {
            socket.Loop.VerifyAccess();
            Pipe received = MakePipe(options.PauseReadingAt, options.ResumeReadingAt);
            Input = received.Reader;
            _receiving = ReceiveAsync(received.Writer);
        }

        if (options.PauseWritingAt == 0)
        {
            Output = PipeWriter.Create(_stream, new StreamPipeWriterOptions(leaveOpen: true));
        }
        else
        {
            socket.Loop.VerifyAccess();
            Pipe toSend = MakePipe(options.PauseWritingAt, options.ResumeWritingAt);
            Output = toSend.Writer;
            _sending = SendAsync(toSend.Reader);
        }
    }

    /// <inheritdoc/>
    public PipeReader Input { get; }

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    /// <summary>Completes both pipes, waits until what was written is with the system, and closes the socket. Disposing twice is fine.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            await Output.CompleteAsync();
            await _sending;
            await Input.CompleteAsync();
        }
        finally
        {
            await _stream.DisposeAsync();
            await _receiving;
        }
    }

    /// <summary>Everything that happens to the pipe happens on the loop, right where it is caused.</summary>
    private static Pipe MakePipe(int pause, int resume) => new(new PipeOptions(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: pause, resumeWriterThreshold: resume, useSynchronizationContext: false));

    private async Task ReceiveAsync(PipeWriter writer)
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                int count = await _stream.Socket.ReadAsync(writer.GetMemory(_bufferSize));
                if (count == 0)
                    break;
                writer.Advance(count);
                if ((await writer.FlushAsync()).IsCompleted)
                    break;
            }
        }
        catch (Exception exception)
        {
            // The reader is told. Closing the socket here is not a failure but the end.
            failure = _disposed ? null : exception;
        }

        await writer.CompleteAsync(failure);
    }

    private async Task SendAsync(PipeReader reader)
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                ReadResult result = await reader.ReadAsync();
                foreach (ReadOnlyMemory<byte> piece in result.Buffer)
                    await _stream.Socket.WriteAsync(piece);
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    break;
            }
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        await reader.CompleteAsync(failure);
    }
}
