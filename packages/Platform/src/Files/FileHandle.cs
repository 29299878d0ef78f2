using System.Diagnostics.CodeAnalysis;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Files;

/// <summary>An open file: a descriptor on Unix, a handle on Windows, and every operation the system has on one.</summary>
/// <remarks>
/// Safe to use from several threads, as the system makes each call: positional calls (<c>ReadAt</c>, <c>WriteAt</c>) are
/// independent; <c>Read</c>, <c>Write</c> and <c>Seek</c> share the position of the open file. Reading and writing
/// allocate nothing. Calls interrupted by a signal are repeated. Never inherited by child processes.
/// </remarks>
public sealed partial class FileHandle : SystemHandle
{
    /// <summary>A pipe of Windows that is open for overlapped operation: it has no position, so offsets mean nothing.</summary>
    private readonly bool _isOverlappedPipe;

    private FileHandle(nint handle, bool ownsHandle, string? name, bool isOverlappedPipe = false)
        : base(handle, ownsHandle)
    {
        Name = name;
        _isOverlappedPipe = isOverlappedPipe;
    }

    /// <summary>The path the file was opened by, for messages; null for an adopted descriptor.</summary>
    public string? Name { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="options">How to open it; the default opens an existing file for reading.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="ArgumentException">The path holds a zero character, or the options contradict each other.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    public static FileHandle Open(string path, FileOpenOptions options = default)
    {
        if (!TryOpen(path, options, out FileHandle? file, out NativeError error))
            error.Throw("open", path);
        return file;
    }

    /// <summary>Opens a file by the raw bytes of its path (WTF-8 on Windows).</summary>
    /// <param name="path">The path.</param>
    /// <param name="options">How to open it; the default opens an existing file for reading.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="ArgumentException">The path holds a zero byte, or the options contradict each other.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    public static FileHandle Open(ReadOnlySpan<byte> path, FileOpenOptions options = default)
    {
        if (!TryOpen(path, options, out FileHandle? file, out NativeError error))
            error.Throw("open", PathText.ToText(path));
        return file;
    }

    /// <summary>Opens a file, reporting failure as a value.</summary>
    /// <param name="path">The path.</param>
    /// <param name="options">How to open it.</param>
    /// <param name="file">The open file.</param>
    /// <param name="error">Why it could not be opened.</param>
    /// <returns>Whether it was opened.</returns>
    /// <exception cref="ArgumentException">The path holds a zero character, or the options contradict each other.</exception>
    public static bool TryOpen(
        string path, FileOpenOptions options, [NotNullWhen(true)] out FileHandle? file, out NativeError error)
    {
        using EncodedPath encoded = new(path, stackalloc byte[EncodedPath.StackSize]);
        return TryOpen(null, encoded.Bytes, path, options, out file, out error);
    }

    /// <summary>Opens a file by the raw bytes of its path, reporting failure as a value.</summary>
    /// <param name="path">The path.</param>
    /// <param name="options">How to open it.</param>
    /// <param name="file">The open file.</param>
    /// <param name="error">Why it could not be opened.</param>
    /// <returns>Whether it was opened.</returns>
    /// <exception cref="ArgumentException">The path holds a zero byte, or the options contradict each other.</exception>
    public static bool TryOpen(
        ReadOnlySpan<byte> path, FileOpenOptions options, [NotNullWhen(true)] out FileHandle? file,
        out NativeError error) => TryOpen(null, path, null, options, out file, out error);

    /// <summary>Wraps a descriptor or handle that is already open.</summary>
    /// <param name="handle">The descriptor or handle.</param>
    /// <param name="ownsHandle">Whether disposing the result closes it.</param>
    /// <returns>The file over it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value cannot be a descriptor.</exception>
    public static FileHandle FromDescriptor(nint handle, bool ownsHandle)
    {
        if (handle == -1 || (!Host.IsWindows && handle is < 0 or > int.MaxValue))
            throw new ArgumentOutOfRangeException(nameof(handle), handle, "Not a descriptor.");
        return new FileHandle(handle, ownsHandle, null);
    }

    /// <summary>A second handle to the same open file: it shares position, flags and locks with this one.</summary>
    /// <returns>The new handle.</returns>
    /// <exception cref="PlatformException">The system refused (too many open files).</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public FileHandle Duplicate()
    {
        using HandleLease lease = Lease();
        NativeError error;
        nint copy;
        if (Host.IsWindows)
        {
            error = WindowsFiles.Duplicate(lease.Value, out copy);
        }
        else
        {
            error = UnixFiles.Duplicate(lease.Descriptor, out int fd);
            copy = fd;
        }
        error.ThrowIfError("duplicate", Name);
        return new FileHandle(copy, ownsHandle: true, Name, _isOverlappedPipe);
    }

    /// <summary>Status of the open file.</summary>
    /// <returns>The status.</returns>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public FileStatus GetStatus()
    {
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows
            ? WindowsFiles.Status(lease.Value, out FileStatus status)
            : UnixFiles.Status(lease.Descriptor, out status);
        error.ThrowIfError("stat", Name);
        return status;
    }

    /// <summary>Opens relative to a directory handle, or to the current directory when it is null.</summary>
    internal static bool TryOpen(
        DirectoryHandle? directory, ReadOnlySpan<byte> path, string? name, FileOpenOptions options,
        [NotNullWhen(true)] out FileHandle? file, out NativeError error)
    {
        options.Validate();
        nint handle;
        if (directory is null)
        {
            error = Open(nint.MinValue, path, options, out handle);
        }
        else
        {
            using HandleLease lease = directory.Lease();
            error = Open(lease.Value, path, options, out handle);
        }
        file = error.IsError ? null : new FileHandle(handle, ownsHandle: true, name ?? PathText.ToText(path));
        return file is not null;
    }

    /// <summary>One end of a pipe made by <see cref="WindowsPipe"/>.</summary>
    internal static FileHandle OfOverlappedPipe(nint handle) => new(handle, ownsHandle: true, null, isOverlappedPipe: true);

    /// <summary>Wraps a handle another part of the package opened.</summary>
    internal static FileHandle Adopt(nint handle, string? name) => new(handle, ownsHandle: true, name);

    private static NativeError Open(nint directory, ReadOnlySpan<byte> path, in FileOpenOptions options, out nint handle)
    {
        if (Host.IsWindows)
            return WindowsFiles.Open(directory == nint.MinValue ? 0 : directory, path, options, out handle);
        int root = directory == nint.MinValue ? UnixFiles.CurrentDirectory : (int)directory;
        NativeError error = UnixFiles.Open(root, path, options, out int fd);
        handle = fd;
        return error;
    }
}
