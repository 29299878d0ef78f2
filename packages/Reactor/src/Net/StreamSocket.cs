using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;

namespace Gabbro.Reactor.Net;

/// <summary>
/// A connected byte stream on an event loop: TCP, a Unix socket, or an end of a pipe.
/// </summary>
/// <remarks>
/// <para>One read and one write may be pending at a time; a second one throws. Reads and writes allocate nothing once the
/// stream has done one of each. A buffer belongs to the stream until its operation has completed.</para>
/// <para>All members belong to the loop's thread and throw <see cref="InvalidOperationException"/> on any other.</para>
/// </remarks>
public sealed class StreamSocket : IDisposable, IAsyncDisposable
{
    private ReceiveAwaitable? _receive;
    private SendAwaitable? _send;

    internal StreamSocket(StreamDevice device) => Device = device;

    /// <summary>The loop the stream belongs to.</summary>
    public EventLoop Loop => Device.Loop;

    /// <summary>The peer's address; the default value for pipes and socket pairs.</summary>
    public SocketEndpoint RemoteAddress => Device.RemoteAddress;

    /// <summary>This side's address; the default value for pipes and socket pairs.</summary>
    public SocketEndpoint LocalAddress => Device.LocalAddress;

    /// <summary>The system's socket, for options; null in a simulation and for pipes. It stays owned by the stream.</summary>
    public SocketHandle? Socket => Device.Socket;

    /// <summary>True once the stream was disposed.</summary>
    public bool IsClosed => Device.IsClosed;

    /// <summary>True while a read is pending.</summary>
    public bool IsReading => _receive is { IsOutstanding: true };

    /// <summary>True while a write is pending.</summary>
    public bool IsWriting => _send is { IsOutstanding: true };

    internal StreamDevice Device { get; }

    /// <summary>Reads what is there, waiting until anything is.</summary>
    /// <param name="buffer">Where to put it; not empty.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is lost: what arrives later is read later.</param>
    /// <returns>The bytes read, at least 1; 0 at the end of the stream.</returns>
    /// <exception cref="ArgumentException">The buffer is empty.</exception>
    /// <exception cref="InvalidOperationException">Another read is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The stream is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The connection failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            throw new ArgumentException("The buffer is empty: a read of nothing cannot tell data from the end.", nameof(buffer));
        ReceiveAwaitable receive = CheckRead();
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken) : receive.Start(buffer, cancellationToken);
    }

    /// <summary>
    /// Reads what is there into memory that the loop lends, so that a stream that waits holds no buffer.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// The bytes; empty at the end of the stream. They are valid until the caller next awaits something that does not
    /// complete at once: the other sockets of the loop read into the same memory.
    /// </returns>
    /// <exception cref="InvalidOperationException">Another read is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The stream is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The connection failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<ReadOnlyMemory<byte>> ReadBorrowedAsync(CancellationToken cancellationToken = default)
    {
        ReceiveAwaitable receive = CheckRead();
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<ReadOnlyMemory<byte>>(cancellationToken) : receive.StartBorrowed(cancellationToken);
    }

    /// <summary>Writes all of a buffer, waiting while the peer does not read. That wait is the backpressure of the stream.</summary>
    /// <param name="buffer">What to write.</param>
    /// <param name="cancellationToken">Ends the wait; part of the buffer may have been sent, so the stream is of no use any more.</param>
    /// <returns>Completes when the system has taken all of it.</returns>
    /// <exception cref="InvalidOperationException">Another write is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The stream is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The connection failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        WriteAsync(buffer, default, cancellationToken);

    /// <summary>Writes all of two buffers, in one call of the system where it can: a head and a body without copying either.</summary>
    /// <param name="first">What to write first.</param>
    /// <param name="second">What to write behind it.</param>
    /// <param name="cancellationToken">Ends the wait; part may have been sent, so the stream is of no use any more.</param>
    /// <returns>Completes when the system has taken all of it.</returns>
    /// <exception cref="InvalidOperationException">Another write is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The stream is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The connection failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second, CancellationToken cancellationToken = default)
    {
        SendAwaitable send = CheckWrite();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        return first.IsEmpty && second.IsEmpty ? ValueTask.CompletedTask : send.Start(first, second, cancellationToken);
    }

    /// <summary>Writes all of any number of buffers in their order, handing the system up to 64 of them at once (gathering).</summary>
    /// <param name="buffers">The buffers; the list belongs to the stream until the write has completed, like what it lists.</param>
    /// <param name="cancellationToken">Ends the wait; part may have been sent, so the stream is of no use any more.</param>
    /// <returns>Completes when the system has taken all of it.</returns>
    /// <exception cref="InvalidOperationException">Another write is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The stream is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The connection failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask WriteGatherAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> buffers, CancellationToken cancellationToken = default)
    {
        SendAwaitable send = CheckWrite();
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : send.StartGather(buffers, cancellationToken);
    }

    /// <summary>Reads what is there into several buffers, filling them in order (scattering), waiting until anything is.</summary>
    /// <param name="buffers">The buffers, the first not empty; the list belongs to the stream until the read has completed, like what it
    /// lists. A backend may leave the later ones alone although there was more to read.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is lost.</param>
    /// <returns>The bytes read in total, at least 1; 0 at the end of the stream.</returns>
    /// <exception cref="ArgumentException">There is no buffer, or the first is empty.</exception>
    /// <exception cref="InvalidOperationException">Another read is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The stream is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The connection failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<int> ReadScatterAsync(ReadOnlyMemory<Memory<byte>> buffers, CancellationToken cancellationToken = default)
    {
        if (buffers.IsEmpty || buffers.Span[0].IsEmpty)
            throw new ArgumentException("The first buffer is empty: a read of nothing cannot tell data from the end.", nameof(buffers));
        ReceiveAwaitable receive = CheckRead();
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken) : receive.StartScatter(buffers, cancellationToken);
    }

    /// <summary>Sends a range of a file without copying it through the process, where the system can (sendfile).</summary>
    /// <param name="file">The file; it must stay open until the send has ended.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="count">How many bytes.</param>
    /// <param name="cancellationToken">Ends the wait; part may have been sent, so the stream is of no use any more.</param>
    /// <returns>Completes when the system has taken all of it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="file"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is negative.</exception>
    /// <exception cref="InvalidOperationException">Another write is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The stream is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The connection failed, or the file is shorter.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask SendFileAsync(FileHandle file, long offset, long count, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        SendAwaitable send = CheckWrite();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        return count == 0 ? ValueTask.CompletedTask : send.StartFile(file, offset, count, cancellationToken);
    }

    /// <summary>Ends one or both directions: the peer sees the end of the stream, and this side can still read.</summary>
    /// <param name="how">Which direction.</param>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed.</exception>
    public void Shutdown(SocketShutdown how = SocketShutdown.Send)
    {
        Loop.VerifyAccess();
        ObjectDisposedException.ThrowIf(IsClosed, this);
        Device.Shutdown(how);
    }

    /// <summary>
    /// Closes the stream so that what was written arrives: ends the sending direction, reads what the peer still sends until
    /// it ends too, and closes. Closing with unread input would make the system send a reset, and a reset destroys what the
    /// peer has not read yet.
    /// </summary>
    /// <param name="limit">Bytes to read at most; a peer that sends more is cut off.</param>
    /// <param name="cancellationToken">Ends the wait; the stream is closed all the same.</param>
    /// <exception cref="InvalidOperationException">A read is pending, or the caller is on another thread.</exception>
    public async ValueTask CloseGracefullyAsync(long limit = 1 << 20, CancellationToken cancellationToken = default)
    {
        try
        {
            Shutdown();
            while (limit > 0)
            {
                int count = (await ReadBorrowedAsync(cancellationToken)).Length;
                if (count == 0)
                    break;
                limit -= count;
            }
        }
        catch (Exception exception) when (exception is PlatformException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer is gone or too slow: there is nobody left to be polite to.
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Discards what was not sent and resets the connection.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Abort()
    {
        Loop.VerifyAccess();
        if (IsClosed)
            return;
        Device.ResetOnClose();
        Device.Close();
    }

    /// <summary>Closes the stream. Operations that are pending fail with <see cref="ObjectDisposedException"/>. Disposing twice is fine.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Dispose()
    {
        if (IsClosed)
            return;
        Loop.VerifyAccess();
        Device.Close();
    }

    /// <summary>Closes the stream; from another thread too, in which case it waits for the loop to do it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (IsClosed || Loop.IsOnLoopThread)
            Dispose();
        else
            await Loop.InvokeAsync(() =>
            {
                Dispose();
                return true;
            });
    }

    /// <inheritdoc/>
    public override string ToString() => $"stream {LocalAddress} - {RemoteAddress}";

    /// <summary>The exception for an operation that ended with an error.</summary>
    internal Exception Explain(string operation, NativeError error, CancellationToken token)
    {
        if (error.Kind == ErrorKind.Canceled)
        {
            return token.IsCancellationRequested ? new OperationCanceledException(token)
                : new ObjectDisposedException(nameof(StreamSocket), $"The stream was closed while a {operation} was pending.");
        }

        return new PlatformException(operation, RemoteAddress.ToString(), error);
    }

    /// <summary>Ends a write that is pending, which fails; the stream is of no use for writing any more.</summary>
    internal void CancelWrite()
    {
        if (_send is { IsOutstanding: true } send)
            Device.Cancel(send);
    }

    private ReceiveAwaitable CheckRead()
    {
        Loop.VerifyAccess();
        ObjectDisposedException.ThrowIf(IsClosed, this);
        ReceiveAwaitable receive = _receive ??= new ReceiveAwaitable(this);
        if (receive.IsBusy)
            throw new InvalidOperationException("A read of this stream is pending, or its result was not awaited: one read at a time.");
        return receive;
    }

    private SendAwaitable CheckWrite()
    {
        Loop.VerifyAccess();
        ObjectDisposedException.ThrowIf(IsClosed, this);
        SendAwaitable send = _send ??= new SendAwaitable(this);
        if (send.IsBusy)
            throw new InvalidOperationException("A write of this stream is pending, or its result was not awaited: one write at a time.");
        return send;
    }
}
