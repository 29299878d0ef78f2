using Gabbro.Platform.Time;

namespace Gabbro.Platform.Files;

/// <summary>What the system knows about a file: stat(2), statx(2), or GetFileInformationByHandleEx.</summary>
public readonly struct FileStatus
{
    /// <summary>What kind of object it is.</summary>
    public FileType Type { get; init; }

    /// <summary>Permission bits. On Windows derived: all may read, and write unless the read-only attribute is set.</summary>
    public UnixFileMode Permissions { get; init; }

    /// <summary>The device (volume) the file lives on.</summary>
    public ulong Device { get; init; }

    /// <summary>The file's number on its device (inode number; the 128-bit file id on Windows).</summary>
    public UInt128 FileId { get; init; }

    /// <summary>The number of names (hard links).</summary>
    public ulong LinkCount { get; init; }

    /// <summary>Numeric owner; 0 on Windows.</summary>
    public uint UserId { get; init; }

    /// <summary>Numeric group; 0 on Windows.</summary>
    public uint GroupId { get; init; }

    /// <summary>For a device node, the device it stands for; otherwise 0.</summary>
    public ulong RepresentedDevice { get; init; }

    /// <summary>Length in bytes.</summary>
    public long Length { get; init; }

    /// <summary>Bytes of storage in use; less than <see cref="Length"/> for a file with holes.</summary>
    public long AllocatedLength { get; init; }

    /// <summary>Preferred block size for I/O in bytes.</summary>
    public int BlockSize { get; init; }

    /// <summary>When the contents were last read, as far as the file system keeps it.</summary>
    public UnixTimestamp AccessTime { get; init; }

    /// <summary>When the contents last changed.</summary>
    public UnixTimestamp ModificationTime { get; init; }

    /// <summary>When contents or metadata last changed.</summary>
    public UnixTimestamp ChangeTime { get; init; }

    /// <summary>When the file was created, or null where the file system does not keep it.</summary>
    public UnixTimestamp? BirthTime { get; init; }

    /// <summary>Native attribute bits: <c>stx_attributes</c> on Linux, <c>st_flags</c> on macOS, file attributes on Windows.</summary>
    public ulong Attributes { get; init; }

    /// <summary>Whether two statuses are of the same file: same device and same number.</summary>
    /// <param name="other">The other status.</param>
    public bool IsSameFile(in FileStatus other) => Device == other.Device && FileId == other.FileId;
}
