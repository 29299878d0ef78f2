using System.Diagnostics.CodeAnalysis;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Files;

/// <summary>
/// Walks a directory tree: every entry of a directory first, then its subdirectories one after another. Finds everything
/// through directory handles, never by long paths, so trees of any depth work, and one that is renamed meanwhile too.
/// </summary>
/// <remarks>
/// <para>No allocation and no system call for an entry whose type the file system tells; one open and one close for a
/// directory. At most 64 handles are open at once; deeper ones are found again on the way back.</para>
/// <para>Without <see cref="TreeWalkOptions.FollowLinks"/> no link is ever followed, even if a directory is exchanged for
/// one while the walk is under way. With it, a link to one of its own ancestors is not entered.</para>
/// <para>A walker is for one thread. To share a tree among several use <see cref="ParallelTreeWalk"/>, or give a
/// subdirectory away with <see cref="TreeEntry.TryOpenDirectory"/> and pass over it here with <see cref="SkipDirectory"/>.</para>
/// <code>
/// using TreeWalker walker = new(root);
/// while (walker.MoveNext())
///     Process(walker.Current.Path, walker.Current.Type);
/// </code>
/// </remarks>
public sealed unsafe class TreeWalker : IDisposable
{
    private const int MostOpen = 64;
    private const int LongestChunk = 4000;

    private readonly TreeWalkOptions _options;
    private readonly int _prefixLength;
    private readonly int _depthAbove;
    private readonly DirectoryCursor _cursor = new();
    private readonly TreeWalkPending _pending = new();
    private TreeWalkFrame[] _frames = new TreeWalkFrame[16];
    private byte[] _path = new byte[1024];
    private int _depth;
    private bool _reading;
    private bool _onPending;
    private bool _disposed;

    // The current entry: its directory is the top frame, except for an error entry, whose path is all of _path.
    private byte* _name;
    private int _nameLength;
    private int _errorPathLength;
    private FileType _type;
    private ulong _fileId;
    private NativeError _error;

    /// <summary>A walker over the tree below a directory, which it opens anew for itself.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="options">How to walk.</param>
    /// <exception cref="ArgumentOutOfRangeException">The depth is negative.</exception>
    /// <exception cref="PlatformException">The root cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The root is closed.</exception>
    public TreeWalker(DirectoryHandle root, TreeWalkOptions options = default)
        : this(root, options, default, 0)
    {
    }

    /// <summary>A walker over part of a larger walk, as <see cref="TrySplit"/> gave it: only the named subdirectories of the root, whose
    /// own entries were visited before. Paths begin with a prefix, depths count from above.</summary>
    internal TreeWalker(
        DirectoryHandle root, TreeWalkOptions options, ReadOnlySpan<byte> prefix, int depthAbove, ReadOnlySpan<byte> names)
        : this(root, options, prefix, depthAbove)
    {
        _reading = false;
        _cursor.End();
        _pending.Push(names);
    }

    private TreeWalker(DirectoryHandle root, TreeWalkOptions options, ReadOnlySpan<byte> prefix, int depthAbove)
    {
        ArgumentNullException.ThrowIfNull(root);
        _depthAbove = depthAbove;
        _prefixLength = Append(0, prefix);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaximumDepth, nameof(options));
        _options = options;
        using HandleLease lease = root.Lease();
        NativeError error = DirectoryReader.Open(lease.Value, "."u8, followLink: true, out nint handle);
        if (!error.IsError)
            error = Enter(handle, _prefixLength);
        if (error.IsError)
        {
            Dispose();
            error.Throw("walk", root.Name);
        }
    }

    /// <summary>The entry the walker stands on.</summary>
    public TreeEntry Current => _error.IsError
        ? new TreeEntry(this, ErrorName(), FileType.Directory, 0, _depthAbove + _depth + 1, _error)
        : new TreeEntry(this, new ReadOnlySpan<byte>(_name, _nameLength), _type, _fileId, _depthAbove + _depth, default);

    /// <summary>Steps to the next entry.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ObjectDisposedException">The walker is disposed.</exception>
    public bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _error = default;
        _onPending = false;
        while (_depth > 0)
        {
            if (_reading)
            {
                if (_cursor.Next(out NativeError error))
                {
                    Visit();
                    return true;
                }
                _reading = false;
                _cursor.End();
                if (error.IsError && Report(error, _frames[_depth - 1].PathLength))
                    return true;
            }
            else if (_pending.End > _frames[_depth - 1].PendingStart)
            {
                NativeError error = Descend(out int pathLength);
                if (error.IsError && Report(error, pathLength))
                    return true;
            }
            else
            {
                Leave();
            }
        }
        return false;
    }

    /// <summary>Passes over the contents of the directory the walker stands on. Does nothing on any other entry.</summary>
    public void SkipDirectory()
    {
        if (_onPending)
            _pending.Drop();
        _onPending = false;
    }

    /// <summary>Closes everything.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        while (_depth > 0)
            Leave();
        _cursor.Dispose();
        _pending.Dispose();
    }

    /// <summary>
    /// Gives half of the subdirectories away that wait to be entered nearest to the root: the greatest share of the work that one
    /// piece can hold. Invalidates nothing but what <see cref="SkipDirectory"/> would pass over.
    /// </summary>
    /// <param name="directory">The directory they are in.</param>
    /// <param name="path">Its path.</param>
    /// <param name="depth">The depth above its entries.</param>
    /// <param name="names">Their names, for another walker.</param>
    /// <returns>Whether there was anything to give.</returns>
    internal bool TrySplit([NotNullWhen(true)] out DirectoryHandle? directory, out byte[] path, out int depth, out byte[] names)
    {
        directory = null;
        path = names = [];
        depth = 0;
        for (int frame = 0; frame < _depth; frame++)
        {
            int start = _frames[frame].PendingStart;
            int end = frame + 1 < _depth ? _frames[frame + 1].PendingStart : _pending.End;
            if (start == end)
                continue;
            if (EnsureOpen(frame).IsError
                || DirectoryReader.Open(_frames[frame].Handle, "."u8, followLink: true, out nint handle).IsError)
            {
                return false;
            }
            names = _pending.TakeFront(start, end);
            for (int above = frame + 1; above < _depth; above++)
                _frames[above].PendingStart -= names.Length;
            _onPending = false;
            path = _path.AsSpan(0, _frames[frame].PathLength).ToArray();
            depth = _depthAbove + frame;
            directory = DirectoryHandle.Adopt(handle, null);
            return true;
        }
        return false;
    }

    internal ReadOnlySpan<byte> CurrentPath()
    {
        if (_error.IsError)
            return _path.AsSpan(0, _errorPathLength);
        int length = Append(_frames[_depth - 1].PathLength, new ReadOnlySpan<byte>(_name, _nameLength));
        return _path.AsSpan(0, length);
    }

    internal NativeError StatusOfCurrent(bool followLink, out FileStatus status)
    {
        status = default;
        if (_error.IsError)
            return _error;
        nint handle = _frames[_depth - 1].Handle;
        ReadOnlySpan<byte> name = new(_name, _nameLength);
        return Host.IsWindows
            ? WindowsNames.Status(handle, name, followLink, out status)
            : UnixFiles.Status((int)handle, name, followLink, out status);
    }

    internal bool OpenCurrent(
        FileOpenOptions options, [NotNullWhen(true)] out FileHandle? file, out NativeError error)
    {
        options = options with { Flags = options.Flags | FileOpenFlags.NoFollow };
        options.Validate();
        file = null;
        error = _error;
        if (error.IsError)
            return false;
        nint handle = _frames[_depth - 1].Handle;
        ReadOnlySpan<byte> name = new(_name, _nameLength);
        nint opened;
        if (Host.IsWindows)
        {
            error = WindowsFiles.Open(handle, name, options, out opened);
        }
        else
        {
            error = UnixFiles.Open((int)handle, name, options, out int fd);
            opened = fd;
        }
        if (!error.IsError)
            file = FileHandle.Adopt(opened, PathText.ToText(CurrentPath()));
        return file is not null;
    }

    internal bool OpenCurrentDirectory([NotNullWhen(true)] out DirectoryHandle? directory, out NativeError error)
    {
        directory = null;
        error = _error;
        if (error.IsError)
            return false;
        error = DirectoryReader.Open(
            _frames[_depth - 1].Handle, new ReadOnlySpan<byte>(_name, _nameLength), _options.FollowLinks,
            out nint handle);
        if (!error.IsError)
            directory = DirectoryHandle.Adopt(handle, PathText.ToText(CurrentPath()));
        return directory is not null;
    }

    private void Visit()
    {
        _name = _cursor.Name;
        _nameLength = _cursor.NameLength;
        _type = _cursor.Type;
        _fileId = _cursor.FileId;
        if (_type == FileType.Unknown && !StatusOfCurrent(followLink: false, out FileStatus status).IsError)
            _type = status.Type;
        bool descend = _type == FileType.Directory
            || (_type == FileType.SymbolicLink && _options.FollowLinks
                && !StatusOfCurrent(followLink: true, out status).IsError && status.Type == FileType.Directory);
        if (descend && (_options.MaximumDepth == 0 || _depthAbove + _depth < _options.MaximumDepth))
        {
            _pending.Push(_name, _nameLength);
            _onPending = true;
        }
    }

    /// <summary>Enters the last pending subdirectory of the top frame.</summary>
    private NativeError Descend(out int pathLength)
    {
        int top = _depth - 1;
        byte* name = _pending.Pop(out int length);
        pathLength = Append(_frames[top].PathLength, new ReadOnlySpan<byte>(name, length));
        NativeError error = EnsureOpen(top);
        if (error.IsError)
        {
            // The directory itself is out of reach, and with it everything still pending in it.
            _pending.Truncate(_frames[top].PendingStart);
            pathLength = _frames[top].PathLength;
            return error;
        }
        error = DirectoryReader.Open(
            _frames[top].Handle, new ReadOnlySpan<byte>(name, length), _options.FollowLinks, out nint handle);
        return error.IsError ? error : Enter(handle, pathLength);
    }

    private NativeError Enter(nint handle, int pathLength)
    {
        FileStatus status = default;
        NativeError error = default;
        if (_options.FollowLinks || _options.SameFileSystem)
        {
            error = Host.IsWindows
                ? WindowsFiles.Status(handle, out status)
                : UnixFiles.Status((int)handle, out status);
            bool foreign = _options.SameFileSystem && _depth > 0 && status.Device != _frames[0].Device;
            if (!error.IsError && foreign)
            {
                DirectoryReader.Close(handle);
                return default;
            }
            for (int i = 0; i < _depth && !error.IsError; i++)
            {
                if (_frames[i].FileId == status.FileId && _frames[i].Device == status.Device)
                    error = NativeError.Of(ErrorKind.SymbolicLinkLoop);
            }
        }
        if (!error.IsError)
            error = _cursor.Begin(handle);
        if (error.IsError)
        {
            DirectoryReader.Close(handle);
            return error;
        }
        if (_depth == _frames.Length)
            Array.Resize(ref _frames, _depth * 2);
        _frames[_depth++] = new TreeWalkFrame
        {
            Handle = handle,
            PathLength = pathLength,
            PendingStart = _pending.End,
            Device = status.Device,
            FileId = status.FileId,
        };
        // The root stays open: closed ancestors are found again from there.
        int distant = _depth - MostOpen;
        if (distant > 0 && _frames[distant].Handle != -1)
        {
            DirectoryReader.Close(_frames[distant].Handle);
            _frames[distant].Handle = -1;
        }
        _reading = true;
        return default;
    }

    private void Leave()
    {
        _cursor.End();
        _reading = false;
        nint handle = _frames[--_depth].Handle;
        if (handle != -1)
            DirectoryReader.Close(handle);
    }

    /// <summary>Opens an ancestor again whose handle was given up, in steps that no system finds too long.</summary>
    private NativeError EnsureOpen(int frame)
    {
        if (_frames[frame].Handle != -1)
            return default;
        nint current = _frames[0].Handle;
        int start = _prefixLength == 0 ? 0 : _prefixLength + 1;
        ReadOnlySpan<byte> rest = _path.AsSpan(start, _frames[frame].PathLength - start);
        while (!rest.IsEmpty)
        {
            int cut = rest.Length;
            if (cut > LongestChunk)
                cut = rest[..LongestChunk].LastIndexOf((byte)'/');
            NativeError error = DirectoryReader.Open(current, rest[..cut], _options.FollowLinks, out nint next);
            if (current != _frames[0].Handle)
                DirectoryReader.Close(current);
            if (error.IsError)
                return error;
            current = next;
            rest = cut == rest.Length ? default : rest[(cut + 1)..];
        }
        _frames[frame].Handle = current;
        return default;
    }

    private bool Report(NativeError error, int pathLength)
    {
        if (_options.IgnoreErrors)
            return false;
        _error = error;
        _errorPathLength = pathLength;
        return true;
    }

    private ReadOnlySpan<byte> ErrorName()
    {
        ReadOnlySpan<byte> path = _path.AsSpan(0, _errorPathLength);
        return path[(path.LastIndexOf((byte)'/') + 1)..];
    }

    private int Append(int pathLength, ReadOnlySpan<byte> name)
    {
        int separator = pathLength == 0 ? 0 : 1;
        int length = pathLength + separator + name.Length;
        if (length > _path.Length)
            Array.Resize(ref _path, Math.Max(length, _path.Length * 2));
        if (separator != 0)
            _path[pathLength] = (byte)'/';
        name.CopyTo(_path.AsSpan(pathLength + separator));
        return length;
    }
}
