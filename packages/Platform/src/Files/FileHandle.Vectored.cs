using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Files;

/// <content>Scatter and gather.</content>
public sealed partial class FileHandle
{
    /// <summary>Reads at an offset into several buffers in turn (preadv(2)).</summary>
    /// <param name="buffers">The buffers; their memory must stay in place.</param>
    /// <param name="offset">Offset in the file, in bytes, not negative.</param>
    /// <returns>Bytes read in all: 0 at the end of the file, possibly fewer than there is room for.</returns>
    /// <remarks>More than 1024 buffers are read in part, as the system limits. Windows reads buffer by buffer.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="PlatformException">The read failed.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public long ReadVectorAt(ReadOnlySpan<BufferSegment> buffers, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows
            ? WindowsFiles.ReadAt(lease.Value, buffers, offset, out long count)
            : UnixVectors.ReadAt(lease.Descriptor, buffers, offset, out count);
        error.ThrowIfError("preadv", Name);
        return count;
    }

    /// <summary>Writes several buffers in turn at an offset (pwritev(2)).</summary>
    /// <param name="buffers">The buffers; their memory must stay in place.</param>
    /// <param name="offset">Offset in the file, in bytes, not negative.</param>
    /// <returns>Bytes written in all, possibly fewer than given; see <see cref="WriteVectorAllAt"/>.</returns>
    /// <remarks>More than 1024 buffers are written in part, as the system limits. Windows writes buffer by buffer.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="PlatformException">The write failed.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public long WriteVectorAt(ReadOnlySpan<BufferSegment> buffers, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows
            ? WindowsFiles.WriteAt(lease.Value, buffers, offset, out long count)
            : UnixVectors.WriteAt(lease.Descriptor, buffers, offset, out count);
        error.ThrowIfError("pwritev", Name);
        return count;
    }

    /// <summary>Writes all of several buffers at an offset, going on after short writes.</summary>
    /// <param name="buffers">The buffers; their memory must stay in place.</param>
    /// <param name="offset">Offset in the file, in bytes, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="PlatformException">A write failed; part of the bytes may be written.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public unsafe void WriteVectorAllAt(ReadOnlySpan<BufferSegment> buffers, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        while (!buffers.IsEmpty)
        {
            long count = WriteVectorAt(buffers, offset);
            offset += count;
            while (!buffers.IsEmpty && (nuint)count >= buffers[0].Length)
            {
                count -= (long)buffers[0].Length;
                buffers = buffers[1..];
            }
            if (count == 0)
                continue;
            // The write stopped inside a buffer: finish that one by itself.
            ReadOnlySpan<byte> rest = new((byte*)buffers[0].Pointer + count, checked((int)(buffers[0].Length - (nuint)count)));
            WriteAllAt(rest, offset);
            offset += rest.Length;
            buffers = buffers[1..];
        }
    }
}
