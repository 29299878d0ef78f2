using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Files;

/// <content>Naming the open file, and what direct I/O on it needs.</content>
public sealed partial class FileHandle
{
    /// <summary>Gives the open file a further name (a hard link), or its first one if it was opened unnamed.</summary>
    /// <param name="path">The new name, which must be free.</param>
    /// <exception cref="ArgumentException">The path holds a zero character.</exception>
    /// <exception cref="PlatformException">
    /// The system refused: <see cref="ErrorKind.AlreadyExists"/>, <see cref="ErrorKind.CrossesDevices"/>, and on macOS
    /// <see cref="ErrorKind.NotSupported"/>, which links only by name.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void LinkTo(string path)
    {
        using EncodedPath encoded = new(path, stackalloc byte[EncodedPath.StackSize]);
        TryLinkTo(null, encoded.Bytes).ThrowIfError("link", path);
    }

    /// <summary>Gives the open file a further name (a hard link), or its first one if it was opened unnamed.</summary>
    /// <param name="path">The new name, which must be free.</param>
    /// <exception cref="ArgumentException">The path holds a zero byte.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void LinkTo(ReadOnlySpan<byte> path) => TryLinkTo(null, path).ThrowIfError("link", PathText.ToText(path));

    /// <summary>Gives the open file a further name, reporting failure as a value.</summary>
    /// <param name="directory">What the name is relative to; null for the current directory.</param>
    /// <param name="path">The new name, which must be free.</param>
    /// <returns>Success, or why it failed.</returns>
    /// <exception cref="ArgumentException">The path holds a zero byte.</exception>
    /// <exception cref="ObjectDisposedException">A handle is closed.</exception>
    public NativeError TryLinkTo(DirectoryHandle? directory, ReadOnlySpan<byte> path)
    {
        using HandleLease lease = Lease();
        if (directory is null)
        {
            return Host.IsWindows
                ? WindowsNames.Link(lease.Value, 0, path)
                : UnixLinks.LinkOpenFile(lease.Descriptor, UnixFiles.CurrentDirectory, path);
        }
        using HandleLease target = directory.Lease();
        return Host.IsWindows
            ? WindowsNames.Link(lease.Value, target.Value, path)
            : UnixLinks.LinkOpenFile(lease.Descriptor, target.Descriptor, path);
    }

    /// <summary>
    /// What buffers, offsets and lengths must be aligned to for a file opened with <see cref="FileOpenFlags.Direct"/>
    /// (statx(2) STATX_DIOALIGN; FileAlignmentInfo). Where the system does not tell, 4096 bytes, which every disk accepts.
    /// </summary>
    /// <returns>The alignment.</returns>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public DirectAlignment GetDirectAlignment()
    {
        using HandleLease lease = Lease();
        const int safe = 4096;
        (int memory, int offset) = (0, 0);
        if (Host.IsWindows)
            (memory, offset) = WindowsFiles.DirectAlignment(lease.Value);
        else if (Host.IsLinux)
            LinuxStatus.Alignment(lease.Descriptor, out memory, out offset).ThrowIfError("stat", Name);
        return new DirectAlignment(memory > 0 ? memory : safe, offset > 0 ? offset : safe);
    }
}
