using System.Text;
using Gabbro.Platform;
using Gabbro.Platform.Files;

namespace Gabbro.Storage.FileSystem;

/// <summary>The file system of the machine.</summary>
public sealed class SystemFileSystem : IStorageFileSystem
{
    private const string BootIdentityFile = "/proc/sys/kernel/random/boot_id";

    private SystemFileSystem() => BootIdentity = ReadBootIdentity();

    /// <summary>The one instance; it has no state.</summary>
    public static SystemFileSystem Instance { get; } = new();

    /// <inheritdoc/>
    public string BootIdentity { get; }

    /// <inheritdoc/>
    public IStorageFile Open(string path, StorageFileMode mode)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SystemFile(path, mode);
    }

    /// <inheritdoc/>
    public bool FileExists(string path) => TypeOf(path) == FileType.Regular;

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => TypeOf(path) == FileType.Directory;

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (DirectoryExists(path))
            return;
        var parent = Path.GetDirectoryName(path);
        if (string.IsNullOrEmpty(parent))
            return;
        CreateDirectory(parent);
        In(path, static (directory, name, path) =>
        {
            var error = directory.TryCreateDirectory(Encoding.UTF8.GetBytes(name));
            if (error.Kind != ErrorKind.AlreadyExists)
                SystemErrors.ThrowIfError(error, "create directory", path);
            directory.Sync();
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory)
    {
        try
        {
            var names = new List<string>();
            using var reader = new DirectoryReader();
            reader.Start(directory);
            while (reader.Read(out var entry))
            {
                var name = entry.ToString();
                if (entry.Type == FileType.Regular || (entry.Type == FileType.Unknown && FileExists(Path.Combine(directory, name))))
                    names.Add(name);
            }

            return names;
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate(e, directory);
        }
    }

    /// <inheritdoc/>
    public void Delete(string path) => In(path, static (directory, name, _) => directory.Unlink(name));

    /// <inheritdoc/>
    public void Rename(string source, string destination)
    {
        try
        {
            using var from = DirectoryHandle.Open(DirectoryOf(source));
            using var to = DirectoryHandle.Open(DirectoryOf(destination));
            from.Rename(Path.GetFileName(source), Path.GetFileName(destination), RenameMode.Replace, to);
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate(e, source);
        }
    }

    /// <inheritdoc/>
    public void CreateHardLink(string existing, string link)
    {
        try
        {
            using var file = FileHandle.Open(existing);
            file.LinkTo(link);
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate(e, link);
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        try
        {
            using var directory = DirectoryHandle.Open(path);
            directory.Sync();
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate(e, path);
        }
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static void In(string path, Action<DirectoryHandle, string, string> action)
    {
        try
        {
            using var directory = DirectoryHandle.Open(DirectoryOf(path));
            action(directory, Path.GetFileName(path), path);
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate(e, path);
        }
    }

    private static FileType? TypeOf(string path)
    {
        var full = Path.GetFullPath(path);
        var name = Path.GetFileName(full);
        if (!DirectoryHandle.TryOpen(Encoding.UTF8.GetBytes(name.Length == 0 ? full : DirectoryOf(full)), out var directory, out _))
            return null;
        using (directory)
        {
            if (name.Length == 0)
                return FileType.Directory;
            return directory.TryGetStatus(Encoding.UTF8.GetBytes(name), followLink: true, out var status).IsError ? null : status.Type;
        }
    }

    // A system that cannot name its run gets a name of its own per process: then no unsynced byte is taken for granted.
    private static string ReadBootIdentity()
    {
        try
        {
            using var file = FileHandle.Open(BootIdentityFile);
            Span<byte> text = stackalloc byte[64];
            return Encoding.ASCII.GetString(text[..file.Read(text)]).Trim();
        }
        catch (PlatformException)
        {
            return Guid.NewGuid().ToString();
        }
    }
}
