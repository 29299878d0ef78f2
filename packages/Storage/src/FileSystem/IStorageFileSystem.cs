namespace Gabbro.Storage.FileSystem;

/// <summary>
/// The system as a storage engine sees it: the only way an engine reaches a disk, and so the place where a test drops
/// unsynced writes, cuts the power or fills the disk.
/// </summary>
/// <remarks>
/// All members may be called from several threads at once. A failure is a <see cref="StorageException"/> that names
/// operation, path and reason; what is missing has kind <see cref="StorageErrorKind.NotFound"/>.
/// </remarks>
public interface IStorageFileSystem
{
    /// <summary>
    /// Names this run of the machine: equal before and after a crash of a process, different after a restart of the
    /// system. Equal names mean that every write which returned is still there, synced or not.
    /// </summary>
    string BootIdentity { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="StorageException">The system refused.</exception>
    IStorageFile Open(string path, StorageFileMode mode);

    /// <summary>Whether a file is there.</summary>
    bool FileExists(string path);

    /// <summary>Whether a directory is there.</summary>
    bool DirectoryExists(string path);

    /// <summary>Creates a directory and those above it; nothing happens if it is there.</summary>
    /// <exception cref="StorageException">The system refused.</exception>
    void CreateDirectory(string path);

    /// <summary>The names (not paths) of the files in a directory, in no order.</summary>
    /// <exception cref="StorageException">The system refused.</exception>
    IReadOnlyList<string> List(string directory);

    /// <summary>Removes the name of a file; its bytes go when nothing has it open any more.</summary>
    /// <exception cref="StorageException">The system refused.</exception>
    void Delete(string path);

    /// <summary>Renames a file, replacing atomically one that is there.</summary>
    /// <exception cref="StorageException">The system refused.</exception>
    void Rename(string source, string destination);

    /// <summary>Gives a file a second name.</summary>
    /// <exception cref="StorageException">The system refused, or cannot link; the caller copies then.</exception>
    void CreateHardLink(string existing, string link);

    /// <summary>Makes the names in a directory durable: without it a created, renamed or deleted name may revert.</summary>
    /// <exception cref="StorageException">The system failed.</exception>
    void SyncDirectory(string path);
}
