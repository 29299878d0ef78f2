using System.Diagnostics.CodeAnalysis;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Files;

/// <summary>
/// An open directory. Names given to it are resolved from the directory it holds, wherever that may have been moved to
/// meanwhile: work on a tree is safe from renames of its parents and needs no long paths.
/// </summary>
/// <remarks>Safe to use from several threads. Every name may be a relative path; on Windows without <c>..</c>.</remarks>
public sealed partial class DirectoryHandle : SystemHandle
{
    private DirectoryHandle(nint handle, string? name)
        : base(handle, ownsHandle: true)
    {
        Name = name;
    }

    /// <summary>The path the directory was opened by, for messages.</summary>
    public string? Name { get; }

    /// <summary>Opens a directory.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The open directory.</returns>
    /// <exception cref="ArgumentException">The path holds a zero character.</exception>
    /// <exception cref="PlatformException">The system refused; <see cref="ErrorKind.NotDirectory"/> for a file.</exception>
    public static DirectoryHandle Open(string path)
    {
        using EncodedPath encoded = new(path, stackalloc byte[EncodedPath.StackSize]);
        return Open(encoded.Bytes);
    }

    /// <summary>Opens a directory by the raw bytes of its path.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The open directory.</returns>
    /// <exception cref="ArgumentException">The path holds a zero byte.</exception>
    /// <exception cref="PlatformException">The system refused; <see cref="ErrorKind.NotDirectory"/> for a file.</exception>
    public static DirectoryHandle Open(ReadOnlySpan<byte> path)
    {
        if (!TryOpen(path, out DirectoryHandle? directory, out NativeError error))
            error.Throw("open directory", PathText.ToText(path));
        return directory;
    }

    /// <summary>Opens a directory, reporting failure as a value.</summary>
    /// <param name="path">The path.</param>
    /// <param name="directory">The open directory.</param>
    /// <param name="error">Why it could not be opened.</param>
    /// <returns>Whether it was opened.</returns>
    /// <exception cref="ArgumentException">The path holds a zero byte.</exception>
    public static bool TryOpen(
        ReadOnlySpan<byte> path, [NotNullWhen(true)] out DirectoryHandle? directory, out NativeError error)
    {
        NativeError result = OpenCore(nint.MinValue, path, followLink: true, out nint handle);
        directory = result.IsError ? null : new DirectoryHandle(handle, PathText.ToText(path));
        error = result;
        return directory is not null;
    }

    /// <summary>Opens a directory below this one.</summary>
    /// <param name="name">Its relative path.</param>
    /// <param name="followLink">Whether the last component may be a symbolic link.</param>
    /// <returns>The open directory.</returns>
    /// <exception cref="ArgumentException">The name holds a zero byte.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public DirectoryHandle OpenDirectory(ReadOnlySpan<byte> name, bool followLink = true)
    {
        if (!TryOpenDirectory(name, followLink, out DirectoryHandle? directory, out NativeError error))
            error.Throw("open directory", PathText.ToText(name));
        return directory;
    }

    /// <summary>Opens a directory below this one.</summary>
    /// <param name="name">Its relative path.</param>
    /// <param name="followLink">Whether the last component may be a symbolic link.</param>
    /// <returns>The open directory.</returns>
    /// <exception cref="ArgumentException">The name holds a zero character.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public DirectoryHandle OpenDirectory(string name, bool followLink = true)
    {
        using EncodedPath encoded = new(name, stackalloc byte[EncodedPath.StackSize]);
        return OpenDirectory(encoded.Bytes, followLink);
    }

    /// <summary>Opens a directory below this one, reporting failure as a value.</summary>
    /// <param name="name">Its relative path.</param>
    /// <param name="followLink">Whether the last component may be a symbolic link.</param>
    /// <param name="directory">The open directory.</param>
    /// <param name="error">Why it could not be opened.</param>
    /// <returns>Whether it was opened.</returns>
    /// <exception cref="ArgumentException">The name holds a zero byte.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public bool TryOpenDirectory(
        ReadOnlySpan<byte> name, bool followLink, [NotNullWhen(true)] out DirectoryHandle? directory,
        out NativeError error)
    {
        using HandleLease lease = Lease();
        error = OpenCore(lease.Value, name, followLink, out nint handle);
        directory = error.IsError ? null : new DirectoryHandle(handle, PathText.ToText(name));
        return directory is not null;
    }

    /// <summary>Opens a file below this directory.</summary>
    /// <param name="name">Its relative path.</param>
    /// <param name="options">How to open it.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="ArgumentException">The name holds a zero character, or the options contradict each other.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public FileHandle OpenFile(string name, FileOpenOptions options = default)
    {
        using EncodedPath encoded = new(name, stackalloc byte[EncodedPath.StackSize]);
        return OpenFile(encoded.Bytes, options);
    }

    /// <summary>Opens a file below this directory.</summary>
    /// <param name="name">Its relative path.</param>
    /// <param name="options">How to open it.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="ArgumentException">The name holds a zero byte, or the options contradict each other.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public FileHandle OpenFile(ReadOnlySpan<byte> name, FileOpenOptions options = default)
    {
        if (!TryOpenFile(name, options, out FileHandle? file, out NativeError error))
            error.Throw("open", PathText.ToText(name));
        return file;
    }

    /// <summary>Opens a file below this directory, reporting failure as a value.</summary>
    /// <param name="name">Its relative path.</param>
    /// <param name="options">How to open it.</param>
    /// <param name="file">The open file.</param>
    /// <param name="error">Why it could not be opened.</param>
    /// <returns>Whether it was opened.</returns>
    /// <exception cref="ArgumentException">The name holds a zero byte, or the options contradict each other.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public bool TryOpenFile(
        ReadOnlySpan<byte> name, FileOpenOptions options, [NotNullWhen(true)] out FileHandle? file,
        out NativeError error) => FileHandle.TryOpen(this, name, null, options, out file, out error);

    /// <summary>
    /// Makes creations, removals and renames in this directory durable: a new file is safe from loss of power only when
    /// its directory was synced after it got its name (fsync(2) of the directory). Does nothing on Windows, where the
    /// journal keeps the order and no such call exists.
    /// </summary>
    /// <exception cref="PlatformException">The device failed.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void Sync()
    {
        using HandleLease lease = Lease();
        if (!Host.IsWindows)
            UnixFiles.Sync(lease.Descriptor).ThrowIfError("sync directory", Name);
    }

    /// <summary>Wraps a handle another part of the package opened.</summary>
    internal static DirectoryHandle Adopt(nint handle, string? name) => new(handle, name);

    private static NativeError OpenCore(nint directory, ReadOnlySpan<byte> path, bool followLink, out nint handle)
    {
        FileOpenOptions options = new()
        {
            Flags = FileOpenFlags.Directory | (followLink ? FileOpenFlags.None : FileOpenFlags.NoFollow),
        };
        if (Host.IsWindows)
            return WindowsFiles.Open(directory == nint.MinValue ? 0 : directory, path, options, out handle);
        int root = directory == nint.MinValue ? UnixFiles.CurrentDirectory : (int)directory;
        NativeError error = UnixFiles.Open(root, path, options, out int fd);
        handle = fd;
        return error;
    }
}
