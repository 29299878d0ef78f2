using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Files;

/// <content>Holes, cache, ordering, and copies inside the system.</content>
public sealed partial class FileHandle
{
    /// <summary>Gives the storage of a range back; it reads as zeros, the length stays.</summary>
    /// <param name="offset">Start of the range in bytes, not negative.</param>
    /// <param name="length">Length of the range in bytes, positive. Only whole blocks are freed, the rest is zeroed.</param>
    /// <returns>Success; <see cref="ErrorKind.NotSupported"/> where the file system has no holes; or why it failed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative, the length not positive, or their sum too large.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public NativeError TryPunchHole(long offset, long length)
    {
        CheckRange(offset, length);
        using HandleLease lease = Lease();
        return Host.IsWindows
            ? WindowsFiles.PunchHole(lease.Value, offset, length)
            : UnixSpace.PunchHole(lease.Descriptor, offset, length);
    }

    /// <summary>The first position with data at or after an offset (lseek(2), SEEK_DATA). Moves the file's position.</summary>
    /// <param name="offset">Where to start, not negative.</param>
    /// <param name="position">The first byte with storage; where holes are unknown, the offset itself.</param>
    /// <returns>Whether there is one; false past the last data.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public bool TrySeekData(long offset, out long position) => SeekSparse(offset, data: true, out position);

    /// <summary>The first hole at or after an offset (lseek(2), SEEK_HOLE). Moves the file's position.</summary>
    /// <param name="offset">Where to start, not negative.</param>
    /// <param name="position">The first byte without storage; the end of the file counts as one.</param>
    /// <returns>Whether there is one; false when the offset is past the end.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public bool TrySeekHole(long offset, out long position) => SeekSparse(offset, data: false, out position);

    /// <summary>Tells the system how a range will be used.</summary>
    /// <param name="offset">Start of the range in bytes, not negative.</param>
    /// <param name="length">Length in bytes; 0 reaches to the end of the file.</param>
    /// <param name="advice">The advice.</param>
    /// <returns>Success; <see cref="ErrorKind.NotSupported"/> where the system has no such advice; or why it failed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is negative, or the advice undefined.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public NativeError Advise(long offset, long length, FileAdvice advice)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (advice > FileAdvice.NoReuse)
            throw new ArgumentOutOfRangeException(nameof(advice), advice, "Undefined advice.");
        using HandleLease lease = Lease();
        return Host.IsWindows
            ? NativeError.Of(ErrorKind.NotSupported)
            : UnixSpace.Advise(lease.Descriptor, offset, length, advice);
    }

    /// <summary>
    /// A barrier: what was written before reaches the medium before what is written after, without waiting for it to get
    /// there (F_BARRIERFSYNC on macOS). Elsewhere no such call exists and this is <see cref="SyncData"/>.
    /// </summary>
    /// <exception cref="PlatformException">The device failed.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void SyncBarrier()
    {
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows ? WindowsFiles.Sync(lease.Value)
            : Host.IsDarwin ? UnixSpace.BarrierDarwin(lease.Descriptor)
            : UnixFiles.SyncData(lease.Descriptor);
        error.ThrowIfError("sync barrier", Name);
    }

    /// <summary>
    /// Copies bytes to another file inside the system, sharing storage where the file system can (copy_file_range(2)), by
    /// reading and writing where it cannot.
    /// </summary>
    /// <param name="offset">Where to read, not negative.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="targetOffset">Where to write, not negative.</param>
    /// <param name="length">How much, not negative.</param>
    /// <returns>Bytes copied; fewer than asked for only when this file ended.</returns>
    /// <exception cref="ArgumentException">The ranges overlap in one file.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is negative or an end too large.</exception>
    /// <exception cref="PlatformException">The system refused; part of the bytes may be written.</exception>
    /// <exception cref="ObjectDisposedException">A handle is closed.</exception>
    public long CopyTo(long offset, FileHandle target, long targetOffset, long length)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length == 0)
            return 0;
        CheckRange(offset, length);
        CheckRange(targetOffset, length);
        if (offset < targetOffset + length && targetOffset < offset + length && GetStatus().IsSameFile(target.GetStatus()))
            throw new ArgumentException("The ranges overlap in one file.", nameof(targetOffset));
        long total = 0;
        if (Host.IsLinux)
        {
            using HandleLease from = Lease();
            using HandleLease to = target.Lease();
            total = UnixSpace.CopyRange(from.Descriptor, offset, to.Descriptor, targetOffset, length);
        }
        return total + CopyByHand(offset + total, target, targetOffset + total, length - total);
    }

    /// <summary>
    /// Makes another file share the storage of this one, copied on write (FICLONE on Linux). On macOS only new names can:
    /// see <see cref="DirectoryHandle.TryClone"/>.
    /// </summary>
    /// <param name="target">The file to become the same; its contents are replaced.</param>
    /// <returns>Success; <see cref="ErrorKind.NotSupported"/> where the file system cannot; or why it failed.</returns>
    /// <exception cref="ObjectDisposedException">A handle is closed.</exception>
    public NativeError TryCloneTo(FileHandle target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using HandleLease from = Lease();
        using HandleLease to = target.Lease();
        return Host.IsLinux
            ? UnixSpace.Clone(from.Descriptor, to.Descriptor)
            : NativeError.Of(ErrorKind.NotSupported);
    }

    private long CopyByHand(long offset, FileHandle target, long targetOffset, long length)
    {
        if (length == 0)
            return 0;
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent((int)Math.Min(length, 128 * 1024));
        long total = 0;
        while (total < length)
        {
            int wanted = (int)Math.Min(buffer.Length, length - total);
            int count = ReadAt(buffer.AsSpan(0, wanted), offset + total);
            if (count == 0)
                break;
            target.WriteAllAt(buffer.AsSpan(0, count), targetOffset + total);
            total += count;
        }
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        return total;
    }

    private bool SeekSparse(long offset, bool data, out long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows
            ? WindowsFiles.SeekSparse(lease.Value, offset, data, out position)
            : UnixSpace.SeekSparse(lease.Descriptor, offset, data, out position);
        // ENXIO: nothing of the kind from here on.
        if (error.Kind == ErrorKind.NoDevice)
            return false;
        error.ThrowIfError(data ? "seek data" : "seek hole", Name);
        return true;
    }
}
