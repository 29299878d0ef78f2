namespace Gabbro.Storage.Lsm;

/// <summary>How one column family keeps its data. Copied at open; checked there.</summary>
public sealed class ColumnFamilyOptions
{
    /// <summary>Bytes of a memtable before it is flushed to a table; 4 KiB to 2 GiB. More memory, fewer tables.</summary>
    public long WriteBufferSize { get; set; } = 64L << 20;

    /// <summary>Memtables held at most, the one being written included; 2 to 64. Writers wait when all are full.</summary>
    public int MaxWriteBuffers { get; set; } = 3;

    /// <summary>Bytes of a data block before compression; 512 B to 1 MiB. Smaller blocks read faster and index larger.</summary>
    public int BlockSize { get; set; } = 4096;

    /// <summary>How blocks are compressed.</summary>
    public CompressionKind Compression { get; set; } = CompressionKind.Lz4;

    /// <summary>How blocks of the deepest level, which holds most of the data, are compressed; null for <see cref="Compression"/>.</summary>
    public CompressionKind? BottomCompression { get; set; }

    /// <summary>Whether tables carry filters, 9.6 bits a key, that spare 99.6 % of the reads for absent keys.</summary>
    public bool UseFilters { get; set; } = true;

    /// <summary>How tables are merged.</summary>
    public CompactionStyle CompactionStyle { get; set; } = CompactionStyle.Leveled;

    /// <summary>Whether background compaction runs; off, only <see cref="LsmDatabase.CompactRange"/> merges.</summary>
    public bool AutomaticCompaction { get; set; } = true;

    /// <summary>Tables in level 0 (or sorted runs) at which they are merged; at least 2.</summary>
    public int Level0CompactionTrigger { get; set; } = 4;

    /// <summary>Tables in level 0 at which writes are slowed down.</summary>
    public int Level0SlowdownTrigger { get; set; } = 20;

    /// <summary>Tables in level 0 at which writes wait.</summary>
    public int Level0StopTrigger { get; set; } = 36;

    /// <summary>Bytes at which a compaction closes a table and begins the next.</summary>
    public long TargetFileSize { get; set; } = 64L << 20;

    /// <summary>Bytes that level 1 may hold.</summary>
    public long LevelBaseSize { get; set; } = 256L << 20;

    /// <summary>How many times larger each level may be than the one above; 2 to 100.</summary>
    public int LevelSizeMultiplier { get; set; } = 10;

    /// <summary>The operator for merges, or null if the family takes none.</summary>
    public IMergeOperator? MergeOperator { get; set; }

    /// <summary>How long a value lives when its write says nothing; null for ever.</summary>
    public TimeSpan? TimeToLive { get; set; }

    internal ColumnFamilyOptions Copy() => (ColumnFamilyOptions)MemberwiseClone();

    internal void Validate()
    {
        Check(WriteBufferSize is >= 4 << 10 and <= 2L << 30, nameof(WriteBufferSize), WriteBufferSize, "4 KiB to 2 GiB");
        Check(MaxWriteBuffers is >= 2 and <= 64, nameof(MaxWriteBuffers), MaxWriteBuffers, "2 to 64");
        Check(BlockSize is >= 512 and <= 1 << 20, nameof(BlockSize), BlockSize, "512 B to 1 MiB");
        Check(Enum.IsDefined(Compression), nameof(Compression), Compression, "a defined kind");
        Check(BottomCompression is null || Enum.IsDefined(BottomCompression.Value), nameof(BottomCompression), BottomCompression, "a defined kind");
        Check(Enum.IsDefined(CompactionStyle), nameof(CompactionStyle), CompactionStyle, "a defined style");
        Check(Level0CompactionTrigger >= 2, nameof(Level0CompactionTrigger), Level0CompactionTrigger, "at least 2");
        Check(Level0SlowdownTrigger >= Level0CompactionTrigger, nameof(Level0SlowdownTrigger), Level0SlowdownTrigger, "at least the compaction trigger");
        Check(Level0StopTrigger > Level0SlowdownTrigger, nameof(Level0StopTrigger), Level0StopTrigger, "more than the slowdown trigger");
        Check(TargetFileSize >= 4096, nameof(TargetFileSize), TargetFileSize, "at least 4 KiB");
        Check(LevelBaseSize >= 4096, nameof(LevelBaseSize), LevelBaseSize, "at least 4 KiB");
        Check(LevelSizeMultiplier is >= 2 and <= 100, nameof(LevelSizeMultiplier), LevelSizeMultiplier, "2 to 100");
        Check(TimeToLive is null || TimeToLive > TimeSpan.Zero, nameof(TimeToLive), TimeToLive, "above zero");
    }

    private static void Check(bool holds, string name, object? value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}");
    }
}
