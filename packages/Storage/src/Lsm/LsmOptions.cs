using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.Lsm;

/// <summary>How a database is opened. Copied at open; every value is checked there.</summary>
public sealed class LsmOptions
{
    /// <summary>Whether to create the database if it is not there.</summary>
    public bool CreateIfMissing { get; set; } = true;

    /// <summary>Whether to refuse a database that is there.</summary>
    public bool ErrorIfExists { get; set; }

    /// <summary>When the log is made to outlive a power failure.</summary>
    public LogSyncPolicy SyncPolicy { get; set; } = LogSyncPolicy.None;

    /// <summary>The interval of <see cref="LogSyncPolicy.Interval"/>.</summary>
    public TimeSpan SyncInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long <see cref="LogSyncPolicy.Group"/> waits for more writes to share a sync.</summary>
    public TimeSpan GroupCommitDelay { get; set; } = TimeSpan.Zero;

    /// <summary>Bytes of blocks kept in memory, over all families; at least 64 KiB. A scan does not wash out what is hot.</summary>
    public long BlockCacheSize { get; set; } = 128L << 20;

    /// <summary>Threads that compact; 1 to 64. One more flushes.</summary>
    public int CompactionThreads { get; set; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>Threads that share one large compaction; 1 to 16.</summary>
    public int MaxSubcompactions { get; set; } = 1;

    /// <summary>Bytes a second that flushes and compactions may write together; 0 for no limit.</summary>
    public long BackgroundWriteRate { get; set; }

    /// <summary>Bytes of log at which the family that holds back the oldest log is flushed; 0 for four write buffers.</summary>
    public long MaxLogSize { get; set; }

    /// <summary>Whether every table is read and checked whole as it is written and before it is used.</summary>
    public bool Paranoid { get; set; }

    /// <summary>How the default column family keeps its data.</summary>
    public ColumnFamilyOptions DefaultFamily { get; set; } = new();

    /// <summary>Options of further column families by name; those not named here get a copy of <see cref="DefaultFamily"/>.</summary>
    public IDictionary<string, ColumnFamilyOptions> Families { get; } = new Dictionary<string, ColumnFamilyOptions>();

    /// <summary>Told of flushes, compactions, stalls and failures; null for nobody.</summary>
    public LsmEvents? Events { get; set; }

    /// <summary>Where the files are; the machine's file system unless a test says otherwise.</summary>
    public IStorageFileSystem FileSystem { get; set; } = SystemFileSystem.Instance;

    /// <summary>The clock for expiry and timing.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal LsmOptions CopyAndValidate()
    {
        ArgumentNullException.ThrowIfNull(FileSystem);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(DefaultFamily);
        Check(Enum.IsDefined(SyncPolicy), nameof(SyncPolicy), SyncPolicy, "a defined policy");
        Check(SyncInterval > TimeSpan.Zero, nameof(SyncInterval), SyncInterval, "above zero");
        Check(GroupCommitDelay >= TimeSpan.Zero, nameof(GroupCommitDelay), GroupCommitDelay, "zero or more");
        Check(BlockCacheSize >= 64 << 10, nameof(BlockCacheSize), BlockCacheSize, "at least 64 KiB");
        Check(CompactionThreads is >= 1 and <= 64, nameof(CompactionThreads), CompactionThreads, "1 to 64");
        Check(MaxSubcompactions is >= 1 and <= 16, nameof(MaxSubcompactions), MaxSubcompactions, "1 to 16");
        Check(BackgroundWriteRate >= 0, nameof(BackgroundWriteRate), BackgroundWriteRate, "zero or more");
        Check(MaxLogSize >= 0, nameof(MaxLogSize), MaxLogSize, "zero or more");
        var copy = (LsmOptions)MemberwiseClone();
        copy.DefaultFamily = DefaultFamily.Copy();
        copy.DefaultFamily.Validate();
        foreach (var (name, family) in Families)
        {
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(Families));
            ArgumentNullException.ThrowIfNull(family, nameof(Families));
            family.Validate();
        }

        return copy;
    }

    internal ColumnFamilyOptions ForFamily(string name) =>
        name != ColumnFamily.DefaultName && Families.TryGetValue(name, out var options) ? options.Copy() : DefaultFamily.Copy();

    private static void Check(bool holds, string name, object? value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}");
    }
}
