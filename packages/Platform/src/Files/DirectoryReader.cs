using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Files;

/// <summary>
/// Reads the entries of directories, one directory after another, through one native buffer. An entry costs no
/// allocation and no system call of its own.
/// </summary>
/// <remarks>
/// <para>Order is the file system's. Names added or removed while reading may or may not show, every other name shows
/// exactly once. <c>.</c> and <c>..</c> never show.</para>
/// <para>Not safe for several threads at once; use a reader each. A reader may be used for any number of directories.</para>
/// <code>
/// using DirectoryReader reader = new();
/// reader.Start(directory);
/// while (reader.Read(out DirectoryEntry entry))
///     Process(entry.Name, entry.Type);
/// </code>
/// </remarks>
public sealed class DirectoryReader : IDisposable
{
    private readonly DirectoryCursor _cursor = new();
    private nint _handle = -1;
    private string? _name;
    private bool _disposed;

    /// <summary>Starts on the first entry of a directory. The reader holds the directory open by itself from now on.</summary>
    /// <param name="directory">The directory.</param>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The reader is disposed, or the directory closed.</exception>
    public void Start(DirectoryHandle directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ObjectDisposedException.ThrowIf(_disposed, this);
        Finish();
        // The position belongs to the open directory: a second opening gives the reader one of its own.
        using HandleLease lease = directory.Lease();
        _name = directory.Name;
        Open(lease.Value, "."u8, followLink: true, out nint handle).ThrowIfError("read directory", _name);
        Begin(handle);
    }

    /// <summary>Starts on the first entry of the directory at a path.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="ArgumentException">The path holds a zero character.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The reader is disposed.</exception>
    public void Start(string path)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Finish();
        _name = path;
        using EncodedPath encoded = new(path, stackalloc byte[EncodedPath.StackSize]);
        Open(nint.MinValue, encoded.Bytes, followLink: true, out nint handle).ThrowIfError("read directory", _name);
        Begin(handle);
    }

    /// <summary>Steps to the next entry.</summary>
    /// <param name="entry">The entry, valid until the next call.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="PlatformException">The system failed to read the directory.</exception>
    /// <exception cref="ObjectDisposedException">The reader is disposed.</exception>
    public bool Read(out DirectoryEntry entry)
    {
        bool found = TryRead(out entry, out NativeError error);
        error.ThrowIfError("read directory", _name);
        return found;
    }

    /// <summary>Steps to the next entry, reporting failure as a value.</summary>
    /// <param name="entry">The entry, valid until the next call.</param>
    /// <param name="error">Why reading failed; success at the end.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ObjectDisposedException">The reader is disposed.</exception>
    public unsafe bool TryRead(out DirectoryEntry entry, out NativeError error)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        error = default;
        if (_handle == -1 || !_cursor.Next(out error))
        {
            Finish();
            entry = default;
            return false;
        }
        entry = new DirectoryEntry(
            new ReadOnlySpan<byte>(_cursor.Name, _cursor.NameLength), _cursor.Type, _cursor.FileId);
        return true;
    }

    /// <summary>Closes the directory and frees the buffer.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Finish();
        _cursor.Dispose();
    }

    /// <summary>Opens a directory for reading its entries, by a raw handle.</summary>
    internal static NativeError Open(nint parent, ReadOnlySpan<byte> path, bool followLink, out nint handle)
    {
        FileOpenOptions options = new()
        {
            Flags = FileOpenFlags.Directory | (followLink ? FileOpenFlags.None : FileOpenFlags.NoFollow),
        };
        if (Host.IsWindows)
            return WindowsFiles.Open(parent == nint.MinValue ? 0 : parent, path, options, out handle);
        int root = parent == nint.MinValue ? UnixFiles.CurrentDirectory : (int)parent;
        NativeError error = UnixFiles.Open(root, path, options, out int fd);
        handle = fd;
        return error;
    }

    internal static void Close(nint handle)
    {
        if (Host.IsWindows)
            _ = Kernel32.CloseHandle(handle);
        else
            _ = Unistd.close((int)handle);
    }

    private void Begin(nint handle)
    {
        NativeError error = _cursor.Begin(handle);
        if (error.IsError)
            Close(handle);
        error.ThrowIfError("read directory", _name);
        _handle = handle;
    }

    private void Finish()
    {
        if (_handle == -1)
            return;
        _cursor.End();
        Close(_handle);
        _handle = -1;
    }
}
