using Gabbro.Platform.Native;

namespace Gabbro.Platform.Sockets;

public sealed partial class SocketHandle
{
    /// <summary>The most segments one call takes (<c>IOV_MAX</c>).</summary>
    public const int MaxSegments = 1024;

    /// <summary>Sends bytes; fewer than given when the send buffer has room for fewer.</summary>
    /// <exception cref="PlatformNotSupportedException">A flag the system does not have.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe SocketResult Send(ReadOnlySpan<byte> buffer, MessageFlags flags = MessageFlags.None)
    {
        int native = Calls.NativeFlags(flags, sending: true);
        using HandleLease lease = Lease();
        nint result;
        fixed (byte* pointer = buffer)
        {
            do result = Calls.Send(lease.Value, pointer, (nuint)buffer.Length, native);
            while (result < 0 && Calls.IsInterrupted((int)-result));
        }

        return SocketResult.From(result);
    }

    /// <summary>Receives what is there, at most the length of the buffer; 0 bytes is the end of a stream.</summary>
    /// <exception cref="PlatformNotSupportedException">A flag the system does not have.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe SocketResult Receive(Span<byte> buffer, MessageFlags flags = MessageFlags.None)
    {
        int native = Calls.NativeFlags(flags, sending: false);
        using HandleLease lease = Lease();
        nint result;
        fixed (byte* pointer = buffer)
        {
            do result = Calls.Receive(lease.Value, pointer, (nuint)buffer.Length, native);
            while (result < 0 && Calls.IsInterrupted((int)-result));
        }

        return SocketResult.From(result);
    }

    /// <summary>Sends a datagram to an address.</summary>
    /// <exception cref="ArgumentException">The address is the default value.</exception>
    /// <exception cref="PlatformNotSupportedException">A flag the system does not have.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe SocketResult SendTo(ReadOnlySpan<byte> buffer, in SocketEndpoint destination, MessageFlags flags = MessageFlags.None)
    {
        CheckAddress(destination);
        int native = Calls.NativeFlags(flags, sending: true);
        using HandleLease lease = Lease();
        nint result;
        fixed (byte* pointer = buffer)
        fixed (SocketEndpoint* address = &destination)
        {
            do result = Calls.SendTo(lease.Value, pointer, (nuint)buffer.Length, native, (byte*)address, address->NativeLength);
            while (result < 0 && Calls.IsInterrupted((int)-result));
        }

        return SocketResult.From(result);
    }

    /// <summary>Receives a datagram and where it came from. On Windows a datagram longer than the buffer is an error of kind
    /// message-too-long; on Unix its tail is lost, and <see cref="ReceiveMessage"/> tells.</summary>
    /// <exception cref="PlatformNotSupportedException">A flag the system does not have.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe SocketResult ReceiveFrom(Span<byte> buffer, out SocketEndpoint source, MessageFlags flags = MessageFlags.None)
    {
        int native = Calls.NativeFlags(flags, sending: false);
        using HandleLease lease = Lease();
        source = default;
        nint result;
        int length;
        fixed (byte* pointer = buffer)
        fixed (SocketEndpoint* address = &source)
        {
            do
            {
                length = SocketEndpoint.Capacity;
                result = Calls.ReceiveFrom(lease.Value, pointer, (nuint)buffer.Length, native, (byte*)address, &length);
            }
            while (result < 0 && Calls.IsInterrupted((int)-result));
        }

        if (result >= 0) source.SetNativeLength(length);
        return SocketResult.From(result);
    }

    /// <summary>Sends the segments in order as one piece of the stream, or one datagram.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxSegments"/> segments.</exception>
    /// <exception cref="PlatformNotSupportedException">A flag the system does not have.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe SocketResult Send(ReadOnlySpan<BufferSegment> segments, MessageFlags flags = MessageFlags.None)
    {
        fixed (BufferSegment* pointer = segments)
        {
            SocketMessage message = new() { Segments = pointer, SegmentCount = segments.Length };
            return SendMessage(ref message, flags);
        }
    }

    /// <summary>Receives into the segments in order.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxSegments"/> segments.</exception>
    /// <exception cref="PlatformNotSupportedException">A flag the system does not have.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe SocketResult Receive(ReadOnlySpan<BufferSegment> segments, MessageFlags flags = MessageFlags.None)
    {
        fixed (BufferSegment* pointer = segments)
        {
            SocketMessage message = new() { Segments = pointer, SegmentCount = segments.Length };
            return ReceiveMessage(ref message, flags);
        }
    }

    /// <summary>Sends a message with scattered buffers, a destination and control messages.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxSegments"/> segments, or a negative length.</exception>
    /// <exception cref="PlatformNotSupportedException">A flag the system does not have.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public SocketResult SendMessage(ref SocketMessage message, MessageFlags flags = MessageFlags.None)
    {
        CheckMessage(message);
        int native = Calls.NativeFlags(flags, sending: true);
        using HandleLease lease = Lease();
        nint result;
        do result = Calls.SendMessage(lease.Value, ref message, native);
        while (result < 0 && Calls.IsInterrupted((int)-result));
        return SocketResult.From(result);
    }

    /// <summary>Receives a message into scattered buffers, with its source, control messages and truncation marks. Received
    /// descriptors are not inherited by children.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxSegments"/> segments, or a negative length.</exception>
    /// <exception cref="PlatformNotSupportedException">A flag the system does not have.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public SocketResult ReceiveMessage(ref SocketMessage message, MessageFlags flags = MessageFlags.None)
    {
        CheckMessage(message);
        int native = Calls.NativeFlags(flags, sending: false);
        using HandleLease lease = Lease();
        nint result;
        do result = Calls.ReceiveMessage(lease.Value, ref message, native);
        while (result < 0 && Calls.IsInterrupted((int)-result));
        return SocketResult.From(result);
    }

    /// <summary>Sends several messages with as few calls as the system allows (<c>sendmmsg</c> on Linux, 64 at a time; one call
    /// each elsewhere).</summary>
    /// <returns>How many messages were sent; an error only when the first failed.</returns>
    /// <exception cref="ArgumentException">A message with more than <see cref="MaxSegments"/> segments, or a negative length.</exception>
    /// <exception cref="PlatformNotSupportedException">A flag the system does not have.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public SocketResult SendMessages(Span<SocketMessage> messages, MessageFlags flags = MessageFlags.None)
    {
        foreach (ref readonly SocketMessage message in messages) CheckMessage(message);
        int native = Calls.NativeFlags(flags, sending: true);
        using HandleLease lease = Lease();
        nint result;
        do result = Calls.SendMessages(lease.Value, messages, native);
        while (result < 0 && Calls.IsInterrupted((int)-result));
        return SocketResult.From(result);
    }

    /// <summary>Receives the messages that are there with as few calls as the system allows (<c>recvmmsg</c> on Linux).</summary>
    /// <returns>How many messages were received; an error only when the first failed.</returns>
    /// <exception cref="ArgumentException">A message with more than <see cref="MaxSegments"/> segments, or a negative length.</exception>
    /// <exception cref="PlatformNotSupportedException">A flag the system does not have.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public SocketResult ReceiveMessages(Span<SocketMessage> messages, MessageFlags flags = MessageFlags.None)
    {
        foreach (ref readonly SocketMessage message in messages) CheckMessage(message);
        int native = Calls.NativeFlags(flags, sending: false);
        using HandleLease lease = Lease();
        nint result;
        do result = Calls.ReceiveMessages(lease.Value, messages, native);
        while (result < 0 && Calls.IsInterrupted((int)-result));
        return SocketResult.From(result);
    }

    /// <summary>Sends bytes of a file straight from the page cache (sendfile(2)). On Windows it copies: see
    /// <see cref="Polling.CompletionPort.SendFile"/> for the way without.</summary>
    /// <param name="file">A regular file, open for reading.</param>
    /// <param name="offset">Where to start; moved on by the bytes sent. The position of the file itself does not move.</param>
    /// <param name="count">The most bytes to send; one call moves at most about 2 GiB.</param>
    /// <returns>The bytes sent, 0 at the end of the file.</returns>
    /// <exception cref="ArgumentNullException">The file is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="ObjectDisposedException">The socket or the file is closed.</exception>
    public SocketResult SendFile(SystemHandle file, ref long offset, long count)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        using HandleLease lease = Lease();
        using HandleLease fileLease = file.Lease();
        nint result;
        do result = Calls.SendFile(lease.Value, fileLease.Value, ref offset, (nuint)Math.Min(count, 0x7FFFF000));
        while (result < 0 && Calls.IsInterrupted((int)-result));
        return SocketResult.From(result);
    }

    private static unsafe void CheckMessage(in SocketMessage message)
    {
        if ((uint)message.SegmentCount > MaxSegments)
            throw new ArgumentException($"One call takes 0 to {MaxSegments} segments.", nameof(message));
        if (message.ControlLength < 0 || (message.SegmentCount > 0 && message.Segments == null))
            throw new ArgumentException("The message has a negative length, or a null pointer with a length.", nameof(message));
    }
}
