using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Files;

/// <content>Length, position, and durability.</content>
public sealed partial class FileHandle
{
    /// <summary>The file's length in bytes.</summary>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public long Length => GetStatus().Length;

    /// <summary>Moves the file's position.</summary>
    /// <param name="offset">Distance from the origin in bytes.</param>
    /// <param name="origin">Start, current position or end.</param>
    /// <returns>The new position from the start.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The origin is undefined.</exception>
    /// <exception cref="PlatformException">The file cannot be positioned, or the result would be negative.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public long Seek(long offset, SeekOrigin origin)
    {
        if (origin is < SeekOrigin.Begin or > SeekOrigin.End)
            throw new ArgumentOutOfRangeException(nameof(origin), origin, "Undefined origin.");
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows
            ? WindowsFiles.Seek(lease.Value, offset, (uint)origin, out long position)
            : UnixFiles.Seek(lease.Descriptor, offset, (int)origin, out position);
        error.ThrowIfError("seek", Name);
        return position;
    }

    /// <summary>Cuts the file off, or extends it with zeros that take no space.</summary>
    /// <param name="length">The new length in bytes, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void SetLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows
            ? WindowsFiles.SetLength(lease.Value, length)
            : UnixFiles.SetLength(lease.Descriptor, length);
        error.ThrowIfError("truncate", Name);
    }

    /// <summary>
    /// Reserves storage for a range, so that later writes to it cannot fail for want of space. A range past the end
    /// extends the file with zeros.
    /// </summary>
    /// <param name="offset">Start of the range in bytes, not negative.</param>
    /// <param name="length">Length of the range in bytes, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative, the length not positive, or their sum too large.</exception>
    /// <exception cref="PlatformException">No space, or the file system cannot (<see cref="ErrorKind.NotSupported"/>).</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void Allocate(long offset, long length)
    {
        CheckRange(offset, length);
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows
            ? WindowsFiles.Allocate(lease.Value, offset, length)
            : UnixSpace.Allocate(lease.Descriptor, offset, length);
        error.ThrowIfError("allocate", Name);
    }

    /// <summary>
    /// Makes everything written to the file, and its metadata, durable: it survives loss of power when this returns.
    /// (fsync(2); on macOS F_FULLFSYNC, since fsync there stops at the drive's cache; FlushFileBuffers.)
    /// </summary>
    /// <remarks>
    /// After a failure the system may have dropped the unwritten pages: the data must be written again, repeating the
    /// sync alone proves nothing. A new file's name is durable only after its directory is synced too.
    /// </remarks>
    /// <exception cref="PlatformException">The device failed.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void Sync()
    {
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows ? WindowsFiles.Sync(lease.Value) : UnixFiles.Sync(lease.Descriptor);
        error.ThrowIfError("sync", Name);
    }

    /// <summary>
    /// Makes the data durable, with as much metadata as reading it back needs, but not times (fdatasync(2); the same as
    /// <see cref="Sync"/> on macOS and Windows).
    /// </summary>
    /// <exception cref="PlatformException">The device failed.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void SyncData()
    {
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows ? WindowsFiles.Sync(lease.Value) : UnixFiles.SyncData(lease.Descriptor);
        error.ThrowIfError("sync data", Name);
    }

    private static void CheckRange(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        if (offset > long.MaxValue - length)
            throw new ArgumentOutOfRangeException(nameof(length), length, "The range passes the greatest file offset.");
    }
}
