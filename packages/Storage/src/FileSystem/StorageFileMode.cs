namespace Gabbro.Storage.FileSystem;

/// <summary>How <see cref="IStorageFileSystem.Open"/> opens a file.</summary>
public enum StorageFileMode
{
    /// <summary>An existing file, for reading.</summary>
    Read,

    /// <summary>An existing file, for reading and writing.</summary>
    ReadWrite,

    /// <summary>A file for reading and writing, created empty if it is not there.</summary>
    OpenOrCreate,

    /// <summary>A new file for reading and writing; fails with <see cref="StorageErrorKind.AlreadyExists"/> if it is there.</summary>
    CreateNew,
}
