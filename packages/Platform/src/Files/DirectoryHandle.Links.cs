using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Files;

/// <content>Links and clones.</content>
public sealed partial class DirectoryHandle
{
    /// <summary>Gives a file a further name (a hard link). A symbolic link is linked itself, not its target.</summary>
    /// <param name="from">The existing relative path.</param>
    /// <param name="to">The new relative path, which must be free.</param>
    /// <param name="toDirectory">Where the new name is; null for this directory.</param>
    /// <returns>Success, or why it failed.</returns>
    /// <exception cref="ArgumentException">A name holds a zero byte.</exception>
    /// <exception cref="ObjectDisposedException">A handle is closed.</exception>
    public NativeError TryLink(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, DirectoryHandle? toDirectory = null)
    {
        using HandleLease source = Lease();
        using HandleLease target = (toDirectory ?? this).Lease();
        return Host.IsWindows
            ? WindowsNames.Link(source.Value, from, target.Value, to)
            : UnixLinks.Link(source.Descriptor, from, target.Descriptor, to);
    }

    /// <summary>Creates a symbolic link.</summary>
    /// <param name="target">What it says: any text, resolved when the link is followed.</param>
    /// <param name="name">The relative path of the link.</param>
    /// <returns>
    /// Success, or why it failed; on Windows <see cref="ErrorKind.NotSupported"/>, where links to files and to directories
    /// are different things and need a privilege.
    /// </returns>
    /// <exception cref="ArgumentException">A text holds a zero byte.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public NativeError TryCreateSymbolicLink(ReadOnlySpan<byte> target, ReadOnlySpan<byte> name)
    {
        using HandleLease lease = Lease();
        return Host.IsWindows
            ? NativeError.Of(ErrorKind.NotSupported)
            : UnixLinks.Symlink(target, lease.Descriptor, name);
    }

    /// <summary>Reads what a symbolic link says.</summary>
    /// <param name="name">The relative path of the link.</param>
    /// <param name="buffer">Where the bytes go; a text that does not fit is cut off.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>Success; <see cref="ErrorKind.InvalidArgument"/> for what is no link; or why it failed. Not on Windows.</returns>
    /// <exception cref="ArgumentException">The name holds a zero byte.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public NativeError TryReadLink(ReadOnlySpan<byte> name, Span<byte> buffer, out int length)
    {
        using HandleLease lease = Lease();
        length = 0;
        return Host.IsWindows
            ? NativeError.Of(ErrorKind.NotSupported)
            : UnixLinks.ReadLink(lease.Descriptor, name, buffer, out length);
    }

    /// <summary>
    /// Creates a file that shares the storage of another, copied on write (FICLONE on Linux, fclonefileat on macOS).
    /// </summary>
    /// <param name="source">The file to clone.</param>
    /// <param name="name">The relative path of the new file, which must be free.</param>
    /// <returns>Success; <see cref="ErrorKind.NotSupported"/> where the file system cannot; or why it failed.</returns>
    /// <exception cref="ArgumentException">The name holds a zero byte.</exception>
    /// <exception cref="ObjectDisposedException">A handle is closed.</exception>
    public unsafe NativeError TryClone(FileHandle source, ReadOnlySpan<byte> name)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (Host.IsDarwin)
        {
            using HandleLease from = source.Lease();
            using HandleLease directory = Lease();
            using PathBuffer path = new(name, stackalloc byte[PathBuffer.StackSize]);
            return DarwinSystem.fclonefileat(from.Descriptor, directory.Descriptor, path.Pointer, 0) == 0
                ? default : NativeError.Last();
        }
        if (!TryOpenFile(name, FileOpenOptions.CreateNew, out FileHandle? file, out NativeError error))
            return error;
        using (file)
            error = source.TryCloneTo(file);
        if (error.IsError)
            _ = TryUnlink(name);
        return error;
    }
}
