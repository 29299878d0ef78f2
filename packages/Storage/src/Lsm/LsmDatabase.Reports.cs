using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Logs;
using Gabbro.Storage.Lsm.Maintenance;
using Gabbro.Storage.Lsm.Tables;
using Gabbro.Storage.Lsm.Versions;

namespace Gabbro.Storage.Lsm;

public sealed unsafe partial class LsmDatabase
{
    /// <summary>Counts of now.</summary>
    public LsmStatistics GetStatistics()
    {
        _core.ThrowIfClosed();
        lock (_core.StateLock)
        {
            var families = _core.LiveFamilies.ToArray();
            var memtables = families.SelectMany(f => f.Immutables.Append(f.Active)).ToArray();
            var tables = families.SelectMany(f => f.Version.AllFiles).ToArray();
            var counters = _core.Counters;
            return new LsmStatistics
            {
                MemtableEntries = memtables.Sum(m => m.EntryCount),
                MemtableBytes = memtables.Sum(m => m.Used),
                LogBytes = _commits?.Logs.Sum(l => l.Written - LogFormat.FileHeader) ?? 0,
                Levels = families[0].Version.Levels.Select(DescribeLevel).ToArray(),
                TableBytes = tables.Sum(t => t.Metadata.Size),
                TableEntries = tables.Sum(t => (long)t.Metadata.Entries),
                CacheBytes = _core.Cache.Used,
                BlockReads = _core.TableStatistics.BlockReads,
                BlockReadBytes = _core.TableStatistics.BlockReadBytes,
                FilterSavings = _core.TableStatistics.FilterSavings,
                Batches = counters.BatchesWritten,
                Entries = counters.EntriesWritten,
                BytesCommitted = counters.UserBytesWritten,
                LogSyncs = counters.LogSyncs,
                Flushes = counters.Flushes,
                FlushBytes = counters.FlushBytes,
                Compactions = counters.Compactions,
                CompactionBytesRead = Interlocked.Read(ref counters.CompactionBytesRead),
                CompactionBytesWritten = Interlocked.Read(ref counters.CompactionBytesWritten),
                Stalls = TimeSpan.FromMicroseconds(counters.StallMicroseconds),
                Snapshots = _core.Snapshots.Count,
            };
        }
    }

    /// <summary>
    /// Reads and checks every byte of every file the database consists of, tables and logs, beside ordinary work.
    /// </summary>
    /// <returns>What was found; damage is reported, not thrown.</returns>
    /// <exception cref="StorageException">A file could not be read for another reason than damage.</exception>
    public VerifyReport Verify()
    {
        _core.ThrowIfClosed();
        return new Verifier(_core, _commits).Run();
    }

    /// <summary>Puts a damaged database into a state that opens, saving all that can be read.</summary>
    /// <param name="path">The directory; nothing may have it open.</param>
    /// <param name="options">Options, or null.</param>
    /// <returns>What was saved and what was lost.</returns>
    /// <exception cref="StorageException">The directory is in use or cannot be written.</exception>
    public static RepairReport Repair(string path, LsmOptions? options = null)
    {
        var copy = Prepare(ref path, options);
        if (!copy.FileSystem.DirectoryExists(path))
            throw new StorageException(StorageErrorKind.NotFound, $"repair {path}: no such directory", path);
        using var directoryLock = DirectoryLock.Take(copy.FileSystem, path, exclusive: true);
        return new Repairer(new DatabaseCore(path, copy, readOnly: false)).Run();
    }

    private static LevelStatistics DescribeLevel(TableFile[] files, int level) => new(
        level,
        files.Sum(f => f.Metadata.Size),
        files.Sum(f => (long)f.Metadata.Entries),
        files.Sum(f => (long)f.Metadata.Deletes),
        files.Select(f => Describe(f.Metadata)).ToArray());

    private static TableStatisticsEntry Describe(TableMetadata table) =>
        new(table.Number, table.Size, (long)table.Entries, (long)table.Deletes, table.Smallest, table.Largest);
}
