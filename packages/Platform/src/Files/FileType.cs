namespace Gabbro.Platform.Files;

/// <summary>What kind of object a name leads to.</summary>
public enum FileType : byte
{
    /// <summary>Not known (a directory entry whose file system does not tell; ask for the status).</summary>
    Unknown = 0,

    /// <summary>A regular file.</summary>
    Regular = 1,

    /// <summary>A directory.</summary>
    Directory = 2,

    /// <summary>A symbolic link (on Windows also a mount point).</summary>
    SymbolicLink = 3,

    /// <summary>A named pipe.</summary>
    Fifo = 4,

    /// <summary>A Unix socket.</summary>
    Socket = 5,

    /// <summary>A character device.</summary>
    CharacterDevice = 6,

    /// <summary>A block device.</summary>
    BlockDevice = 7,
}
