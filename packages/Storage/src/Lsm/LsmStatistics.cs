namespace Gabbro.Storage.Lsm;

/// <summary>What a database holds and has done since it was opened.</summary>
public sealed record LsmStatistics
{
    /// <summary>Entries in memtables, of all families.</summary>
    public long MemtableEntries { get; init; }

    /// <summary>Bytes in memtables.</summary>
    public long MemtableBytes { get; init; }

    /// <summary>Bytes of log that no table has yet.</summary>
    public long LogBytes { get; init; }

    /// <summary>Levels of the default family, from 0 down.</summary>
    public required IReadOnlyList<LevelStatistics> Levels { get; init; }

    /// <summary>Bytes of all tables of all families.</summary>
    public long TableBytes { get; init; }

    /// <summary>Entries in all tables of all families; a key overwritten or deleted counts until it is compacted.</summary>
    public long TableEntries { get; init; }

    /// <summary>Bytes of blocks in the cache.</summary>
    public long CacheBytes { get; init; }

    /// <summary>Blocks read from files.</summary>
    public long BlockReads { get; init; }

    /// <summary>Bytes of blocks read from files.</summary>
    public long BlockReadBytes { get; init; }

    /// <summary>Table reads that a filter spared.</summary>
    public long FilterSavings { get; init; }

    /// <summary>Batches committed.</summary>
    public long Batches { get; init; }

    /// <summary>Entries committed.</summary>
    public long Entries { get; init; }

    /// <summary>Bytes committed, as the log stores them.</summary>
    public long BytesCommitted { get; init; }

    /// <summary>Times the log was synced.</summary>
    public long LogSyncs { get; init; }

    /// <summary>Memtables written to tables.</summary>
    public long Flushes { get; init; }

    /// <summary>Bytes of tables that flushes wrote.</summary>
    public long FlushBytes { get; init; }

    /// <summary>Compactions done.</summary>
    public long Compactions { get; init; }

    /// <summary>Bytes of tables that compactions read.</summary>
    public long CompactionBytesRead { get; init; }

    /// <summary>Bytes of tables that compactions wrote.</summary>
    public long CompactionBytesWritten { get; init; }

    /// <summary>How long writers were held up.</summary>
    public TimeSpan Stalls { get; init; }

    /// <summary>Snapshots alive.</summary>
    public int Snapshots { get; init; }

    /// <summary>Bytes written to disk for each byte committed: log, flushes and compactions.</summary>
    public double WriteAmplification =>
        BytesCommitted == 0 ? 0 : (double)(BytesCommitted + FlushBytes + CompactionBytesWritten) / BytesCommitted;
}
