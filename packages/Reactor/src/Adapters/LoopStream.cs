using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Adapters;

/// <summary>
/// A <see cref="StreamSocket"/> as a <see cref="Stream"/>, for everything that wants one: SslStream, readers and writers,
/// compression. Only the async members work: a synchronous one would block the loop that has to complete it.
/// </summary>
/// <remarks>
/// On the loop's thread an operation is the socket's own. Code above it that has left the loop (SslStream validates
/// certificates on the thread pool) may call from any thread: the operation is brought to the loop.
/// </remarks>
public sealed class LoopStream : Stream
{
    private readonly StreamSocket _socket;
    private readonly bool _leaveOpen;

    /// <summary>Wraps a socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="leaveOpen">Whether disposing the stream leaves the socket open.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    public LoopStream(StreamSocket socket, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket;
        _leaveOpen = leaveOpen;
    }

    /// <summary>The socket.</summary>
    public StreamSocket Socket => _socket;

    /// <inheritdoc/>
    public override bool CanRead => !_socket.IsClosed;

    /// <inheritdoc/>
    public override bool CanWrite => !_socket.IsClosed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.IsEmpty ? ValueTask.FromResult(0)
        : _socket.Loop.IsOnLoopThread ? _socket.ReadAsync(buffer, cancellationToken)
        : new ValueTask<int>(_socket.Loop.InvokeAsync(() => _socket.ReadAsync(buffer, cancellationToken).AsTask()));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _socket.Loop.IsOnLoopThread ? _socket.WriteAsync(buffer, cancellationToken)
        : new ValueTask(_socket.Loop.InvokeAsync(() => _socket.WriteAsync(buffer, cancellationToken).AsTask()));

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Nothing is held back: completes at once.</summary>
    /// <param name="cancellationToken">Not used.</param>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Nothing is held back.</summary>
    public override void Flush()
    {
    }

    /// <summary>Ends the sending direction, so that the peer sees the end of the stream.</summary>
    public void Shutdown() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Not supported: it would block the loop.</summary>
    /// <param name="buffer">Not used.</param>
    /// <param name="offset">Not used.</param>
    /// <param name="count">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override int Read(byte[] buffer, int offset, int count) => throw WouldBlockTheLoop();

    /// <summary>Not supported: it would block the loop.</summary>
    /// <param name="buffer">Not used.</param>
    /// <param name="offset">Not used.</param>
    /// <param name="count">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void Write(byte[] buffer, int offset, int count) => throw WouldBlockTheLoop();

    /// <summary>Not supported.</summary>
    /// <param name="offset">Not used.</param>
    /// <param name="origin">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <param name="value">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_leaveOpen)
        {
            if (_socket.Loop.IsOnLoopThread)
                _socket.Dispose();
            else
                _socket.Loop.Post(_socket.Dispose);
        }

        base.Dispose(disposing);
    }

    private static NotSupportedException WouldBlockTheLoop() =>
        new("A synchronous read or write would block the event loop that has to complete it: use the async one.");
}
