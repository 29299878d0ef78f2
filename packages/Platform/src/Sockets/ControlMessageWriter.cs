using System.Runtime.InteropServices;
using Gabbro.Platform.Native;

namespace Gabbro.Platform.Sockets;

/// <summary>Builds the control messages of a <see cref="SocketMessage"/> in the caller's buffer: descriptors to pass, a segment
/// size, credentials; see cmsg(3).</summary>
/// <remarks>A ref struct over the buffer; allocates nothing. The buffer must be aligned to 8 bytes and stay in place until the
/// message is sent.</remarks>
public ref struct ControlMessageWriter
{
    private readonly Span<byte> _buffer;

    /// <summary>Starts to build in a buffer.</summary>
    /// <param name="buffer">At least the sum of <see cref="SizeOf"/> of the messages to come.</param>
    public ControlMessageWriter(Span<byte> buffer)
    {
        _buffer = buffer;
        buffer.Clear();
        Length = 0;
    }

    /// <summary>The bytes built so far: <see cref="SocketMessage.ControlLength"/>.</summary>
    public int Length { get; private set; }

    /// <summary>The room a message with a payload of so many bytes takes.</summary>
    public static int SizeOf(int payload) => ControlMessageLayout.Align(ControlMessageLayout.HeaderSize) + ControlMessageLayout.Align(payload);

    /// <summary>Passes descriptors: the receiver gets duplicates (<c>SCM_RIGHTS</c>); Unix sockets, not on Windows.</summary>
    /// <param name="descriptors">1 to 253 open descriptors.</param>
    /// <exception cref="ArgumentException">No descriptor or too many, or not enough room.</exception>
    /// <exception cref="PlatformNotSupportedException">Windows.</exception>
    public void AddDescriptors(scoped ReadOnlySpan<int> descriptors)
    {
        if (Host.IsWindows) throw new PlatformNotSupportedException("Windows passes no descriptors over sockets.");
        if (descriptors.Length is 0 or > 253) throw new ArgumentException("One message passes 1 to 253 descriptors.", nameof(descriptors));
        Add(ControlMessageLayout.SocketLevel, ControlMessageLayout.Rights, MemoryMarshal.AsBytes(descriptors));
    }

    /// <summary>Has the kernel cut one large datagram into segments of this size (<c>UDP_SEGMENT</c>); Linux.</summary>
    /// <exception cref="ArgumentException">Not enough room.</exception>
    /// <exception cref="PlatformNotSupportedException">Not Linux.</exception>
    public void AddUdpSegmentSize(ushort size)
    {
        if (!Host.IsLinux) throw new PlatformNotSupportedException("UDP segmentation offload exists on Linux only.");
        Add(Native.Linux.LinuxSocket.IPPROTO_UDP, Native.Linux.LinuxSocket.UDP_SEGMENT, [(byte)size, (byte)(size >> 8)]);
    }

    /// <summary>Adds any control message by its native numbers.</summary>
    /// <exception cref="ArgumentException">Not enough room.</exception>
    public void Add(int level, int type, scoped ReadOnlySpan<byte> payload)
    {
        int size = SizeOf(payload.Length);
        if (size > _buffer.Length - Length) throw new ArgumentException("The control buffer is too small.", nameof(payload));
        ControlMessageLayout.Write(_buffer[Length..], level, type, payload);
        Length += size;
    }
}
