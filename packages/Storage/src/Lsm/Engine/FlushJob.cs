using System.Diagnostics;
using Gabbro.Storage.Lsm.Compaction;
using Gabbro.Storage.Lsm.Iterators;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Tables;
using Gabbro.Storage.Lsm.Versions;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>Turns the closed memtables of a family into one table of level 0.</summary>
internal static class FlushJob
{
    /// <summary>Flushes, and installs the table.</summary>
    public static void Run(DatabaseCore core, FamilyCore family, IReadOnlyList<Memtable> memtables)
    {
        var started = Stopwatch.GetTimestamp();
        using var writer = new TableWriter(core, family, bottom: false, long.MaxValue);
        try
        {
            WriteTable(core, family, memtables, writer);
            if (writer.Tables.Count > 0)
                core.System.SyncDirectory(core.Directory);
            var edit = new VersionEdit();
            foreach (var table in writer.Tables)
                edit.Added.Add((family.Id, 0, table));
            core.CommitEdit(family, edit, memtables);
        }
        catch (Exception) when (core.Poison is null)
        {
            writer.Abandon();
            throw;
        }

        core.Counters.Flushes++;
        core.Counters.FlushBytes += writer.BytesWritten;
        core.Options.Events?.OnFlushed(
            family.Name, writer.Tables.Count > 0 ? writer.Tables[0].Number : 0, writer.BytesWritten, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Writes the memtables' entries that anything can still see.</summary>
    public static void WriteTable(DatabaseCore core, FamilyCore family, IReadOnlyList<Memtable> memtables, TableWriter writer)
    {
        var children = memtables.Select(InternalIterator (m) => new MemtableIterator(m.List)).ToList();
        var ranges = memtables.Count == 1
            ? memtables[0].Ranges
            : new RangeTombstoneSet(memtables.SelectMany(m => m.Ranges.Tombstones()).ToArray());
        var input = ViewIterators.Merge(children);
        input.SeekToFirst();
        using var entries = new EntryStream(
            input, family, core.Snapshots.Stripes(), ranges, static _ => false, core.NowMilliseconds);
        entries.Start();
        writer.Write(entries, ranges.Tombstones().ToArray(), null, null, () => false);
        var expected = memtables.Sum(m => m.EntryCount);
        if ((long)entries.InputCount != expected)
            throw new CorruptionException(core.Directory, -1, $"a memtable must hold {expected} entries, but {entries.InputCount} were read");
    }
}
