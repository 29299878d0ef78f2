using Gabbro.Platform;
using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Net;

/// <summary>
/// Passes open descriptors to another process, or another loop, over a Unix socket (<c>SCM_RIGHTS</c>, unix(7)): a listener to
/// the process that takes over, a connection to the one that serves it. Each message carries bytes and descriptors.
/// </summary>
/// <remarks>
/// <para>On a stream socket the bytes of messages may run together, but never across descriptors: what is received with them
/// is what was sent with them. A socket pair of kind sequenced-packet or datagram keeps messages apart.</para>
/// <para>Belongs to the loop's thread. One send and one receive at a time; they allocate only when they have to wait. Not on
/// Windows.</para>
/// </remarks>
public sealed class DescriptorChannel : IDisposable
{
    private readonly SocketHandle _socket;
    private readonly ReadinessWatch _watch;

    /// <summary>Takes over a connected Unix socket.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="socket">The socket; the channel owns it from now on.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="PlatformNotSupportedException">Windows.</exception>
    /// <exception cref="NotSupportedException">The loop is simulated.</exception>
    /// <exception cref="PlatformException">The system cannot wait for this descriptor.</exception>
    public DescriptorChannel(EventLoop loop, SocketHandle socket)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(socket);
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Windows passes no descriptors over sockets.");
        _watch = loop.Watch(socket);
        _socket = socket;
        Loop = loop;
    }

    /// <summary>The loop.</summary>
    public EventLoop Loop { get; }

    /// <summary>The socket, for the credentials of the peer and for options. It stays owned by the channel.</summary>
    public SocketHandle Socket => _socket;

    /// <summary>Sends bytes with duplicates of descriptors.</summary>
    /// <param name="bytes">At least one byte.</param>
    /// <param name="descriptors">Up to 253 open descriptors, or none; they stay open here.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was sent then, unless part of the bytes was.</param>
    /// <returns>Completes when the system has taken all of it.</returns>
    /// <exception cref="ArgumentException">No byte, or too many descriptors.</exception>
    /// <exception cref="InvalidOperationException">Another send is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The channel is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The peer is gone, or a descriptor is not one.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<int> descriptors, CancellationToken cancellationToken = default)
    {
        if (bytes.IsEmpty)
            throw new ArgumentException("Descriptors need at least one byte to travel with.", nameof(bytes));
        Check();
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : SendCoreAsync(bytes, descriptors, cancellationToken);
    }

    /// <summary>Waits for a message.</summary>
    /// <param name="buffer">Where to put its bytes.</param>
    /// <param name="descriptors">Where to put its descriptors, which the caller owns then; those that do not fit are closed.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is lost.</param>
    /// <returns>The bytes and the descriptors that came; 0 bytes at the end of the stream.</returns>
    /// <exception cref="ArgumentException">The buffer is empty.</exception>
    /// <exception cref="InvalidOperationException">Another receive is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The channel is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The connection failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<(int Bytes, int Descriptors)> ReceiveAsync(Memory<byte> buffer, Memory<int> descriptors, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            throw new ArgumentException("The buffer is empty: a message has at least one byte.", nameof(buffer));
        Check();
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<(int, int)>(cancellationToken) : ReceiveCoreAsync(buffer, descriptors, cancellationToken);
    }

    /// <summary>Closes the socket; operations that are pending fail with <see cref="ObjectDisposedException"/>. Disposing twice is fine.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Dispose()
    {
        _watch.Dispose();
        _socket.Dispose();
    }

    private void Check()
    {
        Loop.VerifyAccess();
        ObjectDisposedException.ThrowIf(_watch.IsClosed, this);
    }

    private async ValueTask SendCoreAsync(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<int> descriptors, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            SocketResult result = descriptors.IsEmpty ? _socket.Send(bytes.Span) : _socket.SendDescriptors(bytes.Span, descriptors.Span);
            if (result.IsSuccess)
            {
                bytes = bytes[result.Count..];
                descriptors = default;
            }
            else if (result.WouldBlock)
            {
                await _watch.WaitWritableAsync(cancellationToken);
            }
            else
            {
                result.Error.Throw("send descriptors");
            }
        }
    }

    private async ValueTask<(int Bytes, int Descriptors)> ReceiveCoreAsync(Memory<byte> buffer, Memory<int> descriptors, CancellationToken cancellationToken)
    {
        while (true)
        {
            SocketResult result = _socket.ReceiveDescriptors(buffer.Span, descriptors.Span, out int count);
            if (result.IsSuccess)
                return (result.Count, count);
            if (!result.WouldBlock)
                result.Error.Throw("receive descriptors");
            await _watch.WaitReadableAsync(cancellationToken);
        }
    }
}
