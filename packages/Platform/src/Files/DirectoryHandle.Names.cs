using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Files;

/// <content>Creating, removing and renaming names.</content>
public sealed partial class DirectoryHandle
{
    private const UnixFileMode DefaultDirectoryMode = (UnixFileMode)0x1FF;

    /// <summary>Removes a file's name (a symbolic link itself, never its target).</summary>
    /// <param name="name">The relative path.</param>
    /// <exception cref="ArgumentException">The name holds a zero character.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void Unlink(string name)
    {
        using EncodedPath encoded = new(name, stackalloc byte[EncodedPath.StackSize]);
        TryUnlink(encoded.Bytes).ThrowIfError("unlink", name);
    }

    /// <summary>Removes a file's name.</summary>
    /// <param name="name">The relative path.</param>
    /// <returns>Success, or why it failed; <see cref="ErrorKind.IsDirectory"/> for a directory.</returns>
    /// <exception cref="ArgumentException">The name holds a zero byte.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public NativeError TryUnlink(ReadOnlySpan<byte> name)
    {
        using HandleLease lease = Lease();
        return Host.IsWindows
            ? WindowsNames.Delete(lease.Value, name, isDirectory: false)
            : UnixFiles.Unlink(lease.Descriptor, name, isDirectory: false);
    }

    /// <summary>Removes an empty directory.</summary>
    /// <param name="name">The relative path.</param>
    /// <exception cref="ArgumentException">The name holds a zero character.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void RemoveDirectory(string name)
    {
        using EncodedPath encoded = new(name, stackalloc byte[EncodedPath.StackSize]);
        TryRemoveDirectory(encoded.Bytes).ThrowIfError("remove directory", name);
    }

    /// <summary>Removes an empty directory.</summary>
    /// <param name="name">The relative path.</param>
    /// <returns>Success, or why it failed; <see cref="ErrorKind.DirectoryNotEmpty"/> when entries are left.</returns>
    /// <exception cref="ArgumentException">The name holds a zero byte.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public NativeError TryRemoveDirectory(ReadOnlySpan<byte> name)
    {
        using HandleLease lease = Lease();
        return Host.IsWindows
            ? WindowsNames.Delete(lease.Value, name, isDirectory: true)
            : UnixFiles.Unlink(lease.Descriptor, name, isDirectory: true);
    }

    /// <summary>Creates a directory.</summary>
    /// <param name="name">The relative path; its parents must exist.</param>
    /// <param name="mode">Permission bits before the umask; ignored on Windows.</param>
    /// <exception cref="ArgumentException">The name holds a zero character.</exception>
    /// <exception cref="PlatformException">The system refused; <see cref="ErrorKind.AlreadyExists"/> when the name is taken.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void CreateDirectory(string name, UnixFileMode mode = DefaultDirectoryMode)
    {
        using EncodedPath encoded = new(name, stackalloc byte[EncodedPath.StackSize]);
        TryCreateDirectory(encoded.Bytes, mode).ThrowIfError("create directory", name);
    }

    /// <summary>Creates a directory.</summary>
    /// <param name="name">The relative path; its parents must exist.</param>
    /// <param name="mode">Permission bits before the umask; ignored on Windows.</param>
    /// <returns>Success, or why it failed; <see cref="ErrorKind.AlreadyExists"/> when the name is taken.</returns>
    /// <exception cref="ArgumentException">The name holds a zero byte.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public NativeError TryCreateDirectory(ReadOnlySpan<byte> name, UnixFileMode mode = DefaultDirectoryMode)
    {
        using HandleLease lease = Lease();
        return Host.IsWindows
            ? WindowsNames.CreateDirectory(lease.Value, name)
            : UnixFiles.CreateDirectory(lease.Descriptor, name, mode);
    }

    /// <summary>Renames, within this directory or into another on the same file system.</summary>
    /// <param name="from">The old relative path.</param>
    /// <param name="to">The new relative path.</param>
    /// <param name="mode">What to do when the new name is taken.</param>
    /// <param name="toDirectory">Where the new name is; null for this directory.</param>
    /// <exception cref="ArgumentException">A name holds a zero character.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">A handle is closed.</exception>
    public void Rename(
        string from, string to, RenameMode mode = RenameMode.Replace, DirectoryHandle? toDirectory = null)
    {
        using EncodedPath source = new(from, stackalloc byte[EncodedPath.StackSize]);
        using EncodedPath target = new(to, stackalloc byte[EncodedPath.StackSize]);
        TryRename(source.Bytes, target.Bytes, mode, toDirectory).ThrowIfError("rename", from);
    }

    /// <summary>Renames, within this directory or into another on the same file system.</summary>
    /// <param name="from">The old relative path.</param>
    /// <param name="to">The new relative path.</param>
    /// <param name="mode">What to do when the new name is taken.</param>
    /// <param name="toDirectory">Where the new name is; null for this directory.</param>
    /// <returns>Success, or why it failed.</returns>
    /// <exception cref="ArgumentException">A name holds a zero byte.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The mode is undefined.</exception>
    /// <exception cref="ObjectDisposedException">A handle is closed.</exception>
    public NativeError TryRename(
        ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, RenameMode mode = RenameMode.Replace,
        DirectoryHandle? toDirectory = null)
    {
        if (mode > RenameMode.Exchange)
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "Undefined mode.");
        using HandleLease source = Lease();
        using HandleLease target = (toDirectory ?? this).Lease();
        return Host.IsWindows
            ? WindowsNames.Rename(source.Value, from, target.Value, to, mode)
            : UnixFiles.Rename(source.Descriptor, from, target.Descriptor, to, mode);
    }

    /// <summary>Status of a name below this directory.</summary>
    /// <param name="name">The relative path.</param>
    /// <param name="followLink">Whether a symbolic link as the last component stands for its target.</param>
    /// <returns>The status.</returns>
    /// <exception cref="ArgumentException">The name holds a zero character.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public FileStatus GetStatus(string name, bool followLink = true)
    {
        using EncodedPath encoded = new(name, stackalloc byte[EncodedPath.StackSize]);
        TryGetStatus(encoded.Bytes, followLink, out FileStatus status).ThrowIfError("stat", name);
        return status;
    }

    /// <summary>Status of a name below this directory.</summary>
    /// <param name="name">The relative path.</param>
    /// <param name="followLink">Whether a symbolic link as the last component stands for its target.</param>
    /// <param name="status">The status.</param>
    /// <returns>Success, or why it failed.</returns>
    /// <exception cref="ArgumentException">The name holds a zero byte.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public NativeError TryGetStatus(ReadOnlySpan<byte> name, bool followLink, out FileStatus status)
    {
        using HandleLease lease = Lease();
        return Host.IsWindows
            ? WindowsNames.Status(lease.Value, name, followLink, out status)
            : UnixFiles.Status(lease.Descriptor, name, followLink, out status);
    }
}
