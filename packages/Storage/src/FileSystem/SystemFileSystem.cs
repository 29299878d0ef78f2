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
        return SystemErrors.Run("open", path, (path, mode), static s => new SystemFile(s.path, s.mode));
    }

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public void CreateDirectory(string path) =>
        SystemErrors.Run("create directory", path, path, static p => Directory.CreateDirectory(p));

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) =>
        SystemErrors.Run("list", directory, directory, static d =>
            Directory.GetFiles(d).Select(f => Path.GetFileName(f)).ToArray());

    /// <inheritdoc/>
    public void Delete(string path) => SystemErrors.Run("delete", path, path, static p =>
    {
        if (!File.Exists(p))
            throw new FileNotFoundException("no such file", p);
        File.Delete(p);
        return true;
    });

    /// <inheritdoc/>
    public void Rename(string source, string destination) =>
        SystemErrors.Run("rename", source, (source, destination), static s =>
        {
            File.Move(s.source, s.destination, overwrite: true);
            return true;
        });

    /// <inheritdoc/>
    public void CreateHardLink(string existing, string link) =>
        SystemErrors.Run("link", link, (existing, link), static s =>
        {
            using var file = FileHandle.Open(s.existing);
            file.LinkTo(s.link);
            return true;
        });

    /// <inheritdoc/>
    public void SyncDirectory(string path) => SystemErrors.Run("sync directory", path, path, static p =>
    {
        using var directory = DirectoryHandle.Open(p);
        directory.Sync();
        return true;
    });

    // A system that cannot name its run gets a name of its own per process: then no unsynced byte is taken for granted.
    private static string ReadBootIdentity()
    {
        try
        {
            return File.ReadAllText(BootIdentityFile).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Guid.NewGuid().ToString();
        }
    }
}
