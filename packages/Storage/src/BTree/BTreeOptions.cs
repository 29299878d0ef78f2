using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.BTree;

/// <summary>How <see cref="BTreeDatabase.Open(string, BTreeOptions?)"/> opens a database.</summary>
public sealed record BTreeOptions
{
    /// <summary>Makes the database if there is none. Default true.</summary>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>Refuses every change. Several processes may read while others write. Default false.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Fails if another process has the database open, and keeps others out. Default false.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Bytes of a page of a new database: a power of two from 512 to 65,536. Default 4096.</summary>
    public int PageSize { get; init; } = 4096;

    /// <summary>What commits wait for unless they say otherwise. Default <see cref="CommitDurability.Full"/>.</summary>
    public CommitDurability Durability { get; init; } = CommitDurability.Full;

    /// <summary>
    /// How long to wait for the writer's lock, and for processes that are opening or closing. Default 30 s;
    /// <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.
    /// </summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes of the log's ring; whole 4 KiB pages from 64 KiB to 1 TiB. A transaction above a quarter of it commits by a
    /// checkpoint. Default 64 MiB. The first process to write decides for all.
    /// </summary>
    public long LogCapacity { get; init; } = 64 << 20;

    /// <summary>How much log starts a checkpoint, in bytes; at most three quarters of the ring. Default half of it.</summary>
    public long CheckpointBytes
    {
        get => field > 0 ? field : LogCapacity / 2;
        init;
    }

    /// <summary>Checkpoints run on a thread of their own rather than in the commit that finds one due. Default true.</summary>
    public bool BackgroundCheckpoints { get; init; } = true;

    /// <summary>
    /// Address space reserved for the file to grow into, in bytes; a file may not outgrow it before it is reopened (then
    /// twice its size is reserved if that is more). Costs no memory. Default 1 TiB.
    /// </summary>
    public long MapCapacity { get; init; } = 1L << 40;

    /// <summary>
    /// Opens a database whose log is damaged with what precedes the damage, instead of refusing with a
    /// <see cref="CorruptionException"/>. For salvage: committed data may be missing. Default false.
    /// </summary>
    public bool TruncateDamagedLog { get; init; }

    /// <summary>The system beneath; the default is the machine's.</summary>
    public IStorageFileSystem FileSystem { get; init; } = SystemFileSystem.Instance;

    internal void Validate()
    {
        if (!Pages.PageGeometry.IsValid(PageSize))
            throw new ArgumentException($"A page size is a power of two from 512 to 65536, not {PageSize}.");
        if (LogCapacity is < 65536 or > (1L << 40) || LogCapacity % 4096 != 0)
            throw new ArgumentException($"A log holds whole pages of 4096 bytes, from 64 KiB to 1 TiB, not {LogCapacity} bytes.");
        if (CheckpointBytes > LogCapacity / 4 * 3)
            throw new ArgumentException($"A checkpoint must start before {LogCapacity / 4 * 3} of {LogCapacity} log bytes are used, not at {CheckpointBytes}.");
        if (MapCapacity < 1 << 20)
            throw new ArgumentException($"The address space must be at least 1 MiB, not {MapCapacity} bytes.");
        if (LockTimeout < TimeSpan.Zero && LockTimeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentException("A lock timeout is not negative.");
        ArgumentNullException.ThrowIfNull(FileSystem);
    }
}
