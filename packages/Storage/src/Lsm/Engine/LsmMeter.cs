using System.Diagnostics.Metrics;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>
/// The LSM engine's instruments on the meter "Gabbro.Storage": one measurement a database that is open, read when somebody
/// asks. The engine counts in plain fields whether anybody listens or not.
/// </summary>
internal static class LsmMeter
{
    private static readonly Lock s_lock = new();
    private static readonly List<DatabaseCore> s_databases = [];

    static LsmMeter()
    {
        Counter("gabbro.storage.lsm.batches", "{batch}", "Batches committed.", c => c.Counters.BatchesWritten);
        Counter("gabbro.storage.lsm.entries", "{entry}", "Entries committed.", c => c.Counters.EntriesWritten);
        Counter("gabbro.storage.lsm.committed", "By", "Bytes committed to the log.", c => c.Counters.UserBytesWritten);
        Counter("gabbro.storage.lsm.log_syncs", "{sync}", "Syncs of the log.", c => c.Counters.LogSyncs);
        Counter("gabbro.storage.lsm.flushes", "{flush}", "Memtables written to tables.", c => c.Counters.Flushes);
        Counter("gabbro.storage.lsm.flushed", "By", "Bytes that flushes wrote.", c => c.Counters.FlushBytes);
        Counter("gabbro.storage.lsm.compactions", "{compaction}", "Compactions.", c => c.Counters.Compactions);
        Counter("gabbro.storage.lsm.compaction.read", "By", "Bytes that compactions read.", c => Interlocked.Read(ref c.Counters.CompactionBytesRead));
        Counter("gabbro.storage.lsm.compaction.written", "By", "Bytes that compactions wrote.", c => Interlocked.Read(ref c.Counters.CompactionBytesWritten));
        Counter("gabbro.storage.lsm.stalls", "us", "Time that writers waited for flushes and compactions.", c => Interlocked.Read(ref c.Counters.StallMicroseconds));
        Counter("gabbro.storage.lsm.block_reads", "{block}", "Blocks read from tables.", c => c.TableStatistics.BlockReads);
        Counter("gabbro.storage.lsm.filter_savings", "{lookup}", "Lookups that a filter answered.", c => c.TableStatistics.FilterSavings);
        Gauge("gabbro.storage.lsm.memtable_size", "By", "Bytes of entries in memtables.", c => Memtables(c));
        Gauge("gabbro.storage.lsm.cache_size", "By", "Bytes of blocks in the cache.", c => c.Cache.Used);
        Gauge("gabbro.storage.lsm.table_size", "By", "Bytes of tables.", c => Tables(c));
        Gauge("gabbro.storage.lsm.snapshots", "{snapshot}", "Snapshots held.", c => c.Snapshots.Count);
    }

    public static void Add(DatabaseCore core)
    {
        lock (s_lock)
            s_databases.Add(core);
    }

    public static void Remove(DatabaseCore core)
    {
        lock (s_lock)
            s_databases.Remove(core);
    }

    private static void Counter(string name, string unit, string description, Func<DatabaseCore, long> value) =>
        StorageMeter.Instance.CreateObservableCounter(name, () => Read(value), unit, description);

    private static void Gauge(string name, string unit, string description, Func<DatabaseCore, long> value) =>
        StorageMeter.Instance.CreateObservableGauge(name, () => Read(value), unit, description);

    // Inside the lock a database cannot be closed, so what is read lives.
    private static Measurement<long>[] Read(Func<DatabaseCore, long> value)
    {
        lock (s_lock)
            return s_databases.Select(c => new Measurement<long>(value(c), new KeyValuePair<string, object?>("gabbro.storage.path", c.Directory))).ToArray();
    }

    private static long Memtables(DatabaseCore core)
    {
        lock (core.StateLock)
            return core.LiveFamilies.Sum(f => f.Active.Used + f.Immutables.Sum(m => m.Used));
    }

    private static long Tables(DatabaseCore core)
    {
        lock (core.StateLock)
            return core.LiveFamilies.Sum(f => f.Version.AllFiles.Sum(t => t.Metadata.Size));
    }
}
