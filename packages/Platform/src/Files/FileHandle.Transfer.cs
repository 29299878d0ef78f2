using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Files;

/// <content>Reading and writing.</content>
public sealed partial class FileHandle
{
    /// <summary>Reads at the file's position and advances it.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <returns>Bytes read: 0 at the end of the file, possibly fewer than asked for.</returns>
    /// <exception cref="PlatformException">The read failed.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public int Read(Span<byte> buffer)
    {
        if (!TryRead(buffer, out int count, out NativeError error))
            error.Throw("read", Name);
        return count;
    }

    /// <summary>Reads at the file's position and advances it, reporting failure as a value.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="count">Bytes read: 0 at the end of the file, possibly fewer than asked for.</param>
    /// <param name="error">Why it failed; <see cref="ErrorKind.WouldBlock"/> on a non-blocking handle.</param>
    /// <returns>Whether it succeeded.</returns>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public bool TryRead(Span<byte> buffer, out int count, out NativeError error)
    {
        using HandleLease lease = Lease();
        error = Host.IsWindows
            ? WindowsFiles.Read(lease.Value, _isOverlappedPipe, buffer, out count)
            : UnixFiles.Read(lease.Descriptor, buffer, out count);
        return !error.IsError;
    }

    /// <summary>Reads at an offset, leaving the file's position alone (on Windows a synchronous handle's position moves).</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="offset">Offset in the file, in bytes, not negative.</param>
    /// <returns>Bytes read: 0 at or past the end of the file, possibly fewer than asked for.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="PlatformException">The read failed.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public int ReadAt(Span<byte> buffer, long offset)
    {
        if (!TryReadAt(buffer, offset, out int count, out NativeError error))
            error.Throw("pread", Name);
        return count;
    }

    /// <summary>Reads at an offset, reporting failure as a value.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="offset">Offset in the file, in bytes, not negative.</param>
    /// <param name="count">Bytes read: 0 at or past the end of the file, possibly fewer than asked for.</param>
    /// <param name="error">Why it failed.</param>
    /// <returns>Whether it succeeded.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public bool TryReadAt(Span<byte> buffer, long offset, out int count, out NativeError error)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using HandleLease lease = Lease();
        error = Host.IsWindows
            ? WindowsFiles.ReadAt(lease.Value, buffer, offset, out count)
            : UnixFiles.ReadAt(lease.Descriptor, buffer, offset, out count);
        return !error.IsError;
    }

    /// <summary>Reads at an offset until the buffer is full or the file ends.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="offset">Offset in the file, in bytes, not negative.</param>
    /// <returns>Bytes read; fewer than the buffer's length only when the file ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="PlatformException">A read failed.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public int ReadFullyAt(Span<byte> buffer, long offset)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int count = ReadAt(buffer[total..], offset + total);
            if (count == 0)
                break;
            total += count;
        }
        return total;
    }

    /// <summary>Fills a buffer from an offset.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="offset">Offset in the file, in bytes, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="EndOfStreamException">The file ended before the buffer was full.</exception>
    /// <exception cref="PlatformException">A read failed.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void ReadExactlyAt(Span<byte> buffer, long offset)
    {
        int count = ReadFullyAt(buffer, offset);
        if (count != buffer.Length)
        {
            throw new EndOfStreamException(
                $"'{Name}' ended after {count} of {buffer.Length} bytes at offset {offset}.");
        }
    }

    /// <summary>Writes at the file's position (or the end, for append) and advances it.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <returns>Bytes written, possibly fewer than given; see <see cref="WriteAll"/>.</returns>
    /// <exception cref="PlatformException">The write failed.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public int Write(ReadOnlySpan<byte> buffer)
    {
        if (!TryWrite(buffer, out int count, out NativeError error))
            error.Throw("write", Name);
        return count;
    }

    /// <summary>Writes at the file's position and advances it, reporting failure as a value.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="count">Bytes written, possibly fewer than given.</param>
    /// <param name="error">Why it failed.</param>
    /// <returns>Whether it succeeded.</returns>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public bool TryWrite(ReadOnlySpan<byte> buffer, out int count, out NativeError error)
    {
        using HandleLease lease = Lease();
        error = Host.IsWindows
            ? WindowsFiles.Write(lease.Value, _isOverlappedPipe, buffer, out count)
            : UnixFiles.Write(lease.Descriptor, buffer, out count);
        return !error.IsError;
    }

    /// <summary>Writes all bytes at the file's position, going on after short writes.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <exception cref="PlatformException">A write failed; part of the bytes may be written.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void WriteAll(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
            buffer = buffer[NonZero(Write(buffer), "write")..];
    }

    /// <summary>Writes at an offset. A file opened for append appends all the same on Linux (pwrite(2), "Bugs").</summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="offset">Offset in the file, in bytes, not negative; past the end leaves a hole.</param>
    /// <returns>Bytes written, possibly fewer than given; see <see cref="WriteAllAt"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="PlatformException">The write failed.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public int WriteAt(ReadOnlySpan<byte> buffer, long offset)
    {
        if (!TryWriteAt(buffer, offset, out int count, out NativeError error))
            error.Throw("pwrite", Name);
        return count;
    }

    /// <summary>Writes at an offset, reporting failure as a value.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="offset">Offset in the file, in bytes, not negative.</param>
    /// <param name="count">Bytes written, possibly fewer than given.</param>
    /// <param name="error">Why it failed.</param>
    /// <returns>Whether it succeeded.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public bool TryWriteAt(ReadOnlySpan<byte> buffer, long offset, out int count, out NativeError error)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using HandleLease lease = Lease();
        error = Host.IsWindows
            ? WindowsFiles.WriteAt(lease.Value, buffer, offset, out count)
            : UnixFiles.WriteAt(lease.Descriptor, buffer, offset, out count);
        return !error.IsError;
    }

    /// <summary>Writes all bytes at an offset, going on after short writes.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="offset">Offset in the file, in bytes, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="PlatformException">A write failed; part of the bytes may be written.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void WriteAllAt(ReadOnlySpan<byte> buffer, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        while (!buffer.IsEmpty)
        {
            int count = NonZero(WriteAt(buffer, offset), "pwrite");
            buffer = buffer[count..];
            offset += count;
        }
    }

    /// <summary>A write of some bytes that writes none would repeat for ever; POSIX leaves it to the caller to stop.</summary>
    private int NonZero(int count, string operation)
    {
        if (count == 0)
            NativeError.Of(ErrorKind.IoError).Throw(operation, Name);
        return count;
    }
}
