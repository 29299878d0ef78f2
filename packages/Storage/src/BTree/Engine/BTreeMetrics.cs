using System.Diagnostics.Metrics;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>
/// What open B+tree databases tell the meter "Gabbro.Storage". Connections count in plain fields; a listener adds them up
/// when it looks, so a database that nobody watches pays one increment an event.
/// </summary>
internal static class BTreeMetrics
{
    private static readonly Lock Gate = new();
    private static readonly List<Connection> Connections = [];

    static BTreeMetrics()
    {
        var meter = StorageMeter.Instance;
        meter.CreateObservableCounter("gabbro.storage.btree.commits", () => Observe(static c => c.Counters.Commits), "{commit}", "Transactions this process committed.");
        meter.CreateObservableCounter("gabbro.storage.btree.log.written", () => Observe(static c => c.Counters.LogBytes), "By", "Bytes of log records.");
        meter.CreateObservableCounter("gabbro.storage.btree.log.syncs", () => Observe(static c => c.Counters.LogSyncs), "{sync}", "Syncs of the log; each makes all commits durable that wait for one.");
        meter.CreateObservableCounter("gabbro.storage.btree.pages.written", () => Observe(static c => c.Counters.PageBytes), "By", "Bytes of pages that checkpoints carried to the disk.");
        meter.CreateObservableCounter("gabbro.storage.btree.checkpoints", () => Observe(static c => c.Counters.Checkpoints), "{checkpoint}", "Checkpoints this process completed.");
        meter.CreateObservableCounter("gabbro.storage.btree.writer.contentions", () => Observe(static c => (long)c.Shared.WriterContentions), "{wait}", "Times a writer of any process had to wait for another.");
        meter.CreateObservableCounter("gabbro.storage.btree.writer.deadlocks", () => Observe(static c => (long)c.Shared.Deadlocks), "{wait}", "Waits refused because they would never have ended.");
        meter.CreateObservableUpDownCounter("gabbro.storage.btree.log.pending", () => Observe(static c => c.Shared.LogReady == 0 ? 0 : (long)c.LogInUse), "By", "Log that a recovery would replay.");
        meter.CreateObservableUpDownCounter("gabbro.storage.btree.file", () => Observe(static c => c.File.Length), "By", "Length of the database file.");
        meter.CreateObservableUpDownCounter("gabbro.storage.btree.readers", () => Observe(static c => c.Readers.BusyCount), "{reader}", "Read transactions of this process under way.");
    }

    public static void Register(Connection connection)
    {
        lock (Gate)
            Connections.Add(connection);
    }

    public static void Unregister(Connection connection)
    {
        lock (Gate)
            Connections.Remove(connection);
    }

    // Under the lock: a connection unregisters before it unmaps what is read here.
    private static List<Measurement<long>> Observe(Func<Connection, long> select)
    {
        lock (Gate)
            return [.. Connections.Select(c => new Measurement<long>(select(c), new KeyValuePair<string, object?>("database", c.Path)))];
    }
}
