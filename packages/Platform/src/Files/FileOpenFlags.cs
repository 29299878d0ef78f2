namespace Gabbro.Platform.Files;

/// <summary>How a file is opened, beyond access and creation. Handles are never inherited by child processes.</summary>
[Flags]
public enum FileOpenFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Every write goes to the end of the file, atomically with finding the end.</summary>
    Append = 1 << 0,

    /// <summary>
    /// Bypass the page cache (<c>O_DIRECT</c>, <c>FILE_FLAG_NO_BUFFERING</c>, <c>F_NOCACHE</c>). Buffers, offsets and
    /// lengths must be aligned as <see cref="FileHandle.GetDirectAlignment"/> tells.
    /// </summary>
    Direct = 1 << 1,

    /// <summary>Writes return when data and metadata are durable (<c>O_SYNC</c>).</summary>
    Synchronous = 1 << 2,

    /// <summary>Writes return when the data, and the metadata needed to read it, are durable (<c>O_DSYNC</c>).</summary>
    DataSynchronous = 1 << 3,

    /// <summary>Fail when the last component is a symbolic link (<c>O_NOFOLLOW</c>).</summary>
    NoFollow = 1 << 4,

    /// <summary>Do not wait for the other end of a FIFO or for a device (<c>O_NONBLOCK</c>). Ignored on Windows.</summary>
    NonBlocking = 1 << 5,

    /// <summary>Reads leave the access time alone (<c>O_NOATIME</c>). Needs ownership of the file. Ignored where unknown.</summary>
    NoAccessTime = 1 << 6,

    /// <summary>Fail when the object is not a directory (<c>O_DIRECTORY</c>).</summary>
    Directory = 1 << 7,

    /// <summary>Delete the file when its last handle is closed. Windows only; elsewhere <see cref="ErrorKind.NotSupported"/>.</summary>
    DeleteOnClose = 1 << 8,

    /// <summary>The file will be read from start to end: a hint to read ahead.</summary>
    SequentialScan = 1 << 9,

    /// <summary>The file will be read in no order: a hint not to read ahead.</summary>
    RandomAccess = 1 << 10,

    /// <summary>
    /// Open for overlapped operation on Windows, as a completion port needs. Positional calls still work, and wait; such a file has
    /// no position, so <see cref="FileHandle.Read"/>, <see cref="FileHandle.Write"/> and seeking fail. Ignored elsewhere.
    /// </summary>
    Overlapped = 1 << 11,

    /// <summary>Refuse to share the file with other openers. Windows only; ignored elsewhere, where locks serve.</summary>
    Exclusive = 1 << 12,
}
