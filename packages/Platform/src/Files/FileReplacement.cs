using Gabbro.Platform.Randomness;

namespace Gabbro.Platform.Files;

/// <summary>
/// Replaces a file so that, whatever happens, its name leads to the whole old contents or the whole new ones, and after
/// <see cref="Commit"/> to the new ones even if power is lost: writes a file beside it, makes that durable, renames it
/// over the old one, and makes the directory durable.
/// </summary>
/// <remarks>
/// Not safe for several threads at once. Disposed without a commit, the old file stays and the new one is removed.
/// <code>
/// using FileReplacement replacement = new(directory, "settings.json");
/// replacement.File.WriteAll(bytes);
/// replacement.Commit();
/// </code>
/// </remarks>
public sealed class FileReplacement : IDisposable
{
    private const int Attempts = 100;

    private readonly DirectoryHandle _directory;
    private readonly byte[] _name;
    private readonly byte[] _temporaryName;
    private bool _finished;

    /// <summary>Starts replacing a file.</summary>
    /// <param name="directory">The directory the file is in; it must stay open.</param>
    /// <param name="name">The file's name in it; it need not exist.</param>
    /// <param name="permissions">Permission bits of the new file before the umask; null for 0666.</param>
    /// <exception cref="ArgumentException">The name is empty or holds a zero character.</exception>
    /// <exception cref="PlatformException">The new file could not be created.</exception>
    /// <exception cref="ObjectDisposedException">The directory is closed.</exception>
    public FileReplacement(DirectoryHandle directory, string name, UnixFileMode? permissions = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentException.ThrowIfNullOrEmpty(name);
        _directory = directory;
        _name = PathText.ToBytes(name);
        FileOpenOptions options = FileOpenOptions.CreateNew with { Permissions = permissions };
        int separator = _name.AsSpan().LastIndexOf((byte)'/');
        for (int attempt = 0; ; attempt++)
        {
            // Beside the file, since a rename does not leave a file system; the name is kept short on purpose.
            string unique = $".{SystemRandom.NextUInt64():x16}.new";
            _temporaryName = [.. _name.AsSpan(0, separator + 1), .. PathText.ToBytes(unique)];
            if (directory.TryOpenFile(_temporaryName, options, out FileHandle? file, out NativeError error))
            {
                File = file;
                return;
            }
            if (error.Kind != ErrorKind.AlreadyExists || attempt == Attempts)
                error.Throw("create", name);
        }
    }

    /// <summary>The new file, to be written.</summary>
    public FileHandle File { get; }

    /// <summary>Replaces a file with some bytes, durably.</summary>
    /// <param name="directory">The directory the file is in.</param>
    /// <param name="name">The file's name in it; it need not exist.</param>
    /// <param name="contents">The new contents.</param>
    /// <exception cref="ArgumentException">The name is empty or holds a zero character.</exception>
    /// <exception cref="PlatformException">The system refused; the old file is whole.</exception>
    /// <exception cref="ObjectDisposedException">The directory is closed.</exception>
    public static void Replace(DirectoryHandle directory, string name, ReadOnlySpan<byte> contents)
    {
        using FileReplacement replacement = new(directory, name);
        replacement.File.WriteAll(contents);
        replacement.Commit();
    }

    /// <summary>Makes the new file durable under the name, and closes it.</summary>
    /// <exception cref="InvalidOperationException">It was committed before.</exception>
    /// <exception cref="PlatformException">
    /// The system refused. If syncing the directory failed, the new contents are in place but may not survive loss of
    /// power; in any other case the old file is whole and the new one removed by <see cref="Dispose"/>.
    /// </exception>
    public void Commit()
    {
        if (_finished)
            throw new InvalidOperationException("The replacement is finished.");
        File.Sync();
        File.Dispose();
        _directory.TryRename(_temporaryName, _name).ThrowIfError("rename", PathText.ToText(_name));
        _finished = true;
        if (_name.AsSpan().LastIndexOf((byte)'/') is >= 0 and int separator)
        {
            using DirectoryHandle parent = _directory.OpenDirectory(_name.AsSpan(0, separator));
            parent.Sync();
        }
        else
        {
            _directory.Sync();
        }
    }

    /// <summary>Gives up, unless it was committed.</summary>
    public void Dispose()
    {
        File.Dispose();
        if (_finished || _directory.IsClosed)
            return;
        _finished = true;
        _ = _directory.TryUnlink(_temporaryName);
    }
}
