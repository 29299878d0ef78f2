using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Sockets;

public sealed partial class SocketHandle
{
    /// <summary>Who is at the other end of a connected Unix socket (<c>SO_PEERCRED</c>, <c>getpeereid</c>). The kernel recorded it
    /// when the connection was made, so the peer cannot forge it.</summary>
    /// <exception cref="PlatformNotSupportedException">Windows.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe NativeError TryGetPeerCredentials(out PeerCredentials credentials)
    {
        if (Host.IsWindows) throw new PlatformNotSupportedException("Windows sockets do not tell their peer's user.");
        using HandleLease lease = Lease();
        credentials = default;
        if (Host.IsDarwin)
        {
            uint user, group;
            if (DarwinSysSocket.getpeereid(lease.Descriptor, &user, &group) != 0) return NativeError.Last();
            int process = 0, size = sizeof(int);
            nint told = Calls.GetOption(lease.Value, DarwinSocket.SOL_LOCAL, DarwinSocket.LOCAL_PEERPID, &process, &size);
            credentials = new PeerCredentials(told >= 0 ? process : 0, user, group);
            return default;
        }

        int* fields = stackalloc int[3];
        int length = 3 * sizeof(int);
        nint result = Calls.GetOption(lease.Value, LinuxSocket.SOL_SOCKET, LinuxSocket.SO_PEERCRED, fields, &length);
        if (result >= 0) credentials = new PeerCredentials(fields[0], (uint)fields[1], (uint)fields[2]);
        return ToError(result);
    }

    /// <summary>Sends bytes with duplicates of descriptors over a Unix socket (<c>SCM_RIGHTS</c>).</summary>
    /// <param name="buffer">At least one byte, or the descriptors would not arrive on a stream.</param>
    /// <param name="descriptors">1 to 253 open descriptors; they stay open here.</param>
    /// <exception cref="ArgumentException">No byte, no descriptor, or too many descriptors.</exception>
    /// <exception cref="PlatformNotSupportedException">Windows.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe SocketResult SendDescriptors(ReadOnlySpan<byte> buffer, ReadOnlySpan<int> descriptors)
    {
        if (buffer.IsEmpty) throw new ArgumentException("Descriptors need at least one byte to travel with.", nameof(buffer));
        // 1040 bytes hold the most descriptors one message may pass; longs, so that the headers are aligned.
        long* storage = stackalloc long[130];
        ControlMessageWriter writer = new(new Span<byte>(storage, 1040));
        writer.AddDescriptors(descriptors);
        fixed (byte* pointer = buffer)
        {
            BufferSegment segment = new(pointer, (nuint)buffer.Length);
            SocketMessage message = new()
            {
                Segments = &segment,
                SegmentCount = 1,
                Control = (byte*)storage,
                ControlLength = writer.Length,
            };
            return SendMessage(ref message);
        }
    }

    /// <summary>Receives bytes and the descriptors that came with them. The caller owns the descriptors; children do not inherit
    /// them.</summary>
    /// <param name="buffer">Receives the bytes.</param>
    /// <param name="descriptors">Receives the descriptors; those that do not fit are closed.</param>
    /// <param name="descriptorCount">How many came and fitted.</param>
    /// <exception cref="PlatformNotSupportedException">Windows.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe SocketResult ReceiveDescriptors(Span<byte> buffer, Span<int> descriptors, out int descriptorCount)
    {
        if (Host.IsWindows) throw new PlatformNotSupportedException("Windows passes no descriptors over sockets.");
        descriptorCount = 0;
        long* storage = stackalloc long[130];
        fixed (byte* pointer = buffer)
        {
            BufferSegment segment = new(pointer, (nuint)buffer.Length);
            SocketMessage message = new()
            {
                Segments = &segment,
                SegmentCount = 1,
                Control = (byte*)storage,
                ControlLength = 1040,
            };
            SocketResult result = ReceiveMessage(ref message);
            if (!result.IsSuccess) return result;
            ControlMessageReader reader = new(new ReadOnlySpan<byte>(storage, message.ControlLength));
            while (reader.MoveNext())
            {
                foreach (int descriptor in reader.Descriptors)
                {
                    if (Host.IsDarwin) Native.Unix.Fcntl.fcntl(descriptor, 2, 1);
                    if (descriptorCount < descriptors.Length) descriptors[descriptorCount++] = descriptor;
                    else Native.Unix.Unistd.close(descriptor);
                }
            }

            return result;
        }
    }
}
