using System.Diagnostics;
using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Iterators;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Tables;
using Gabbro.Storage.Lsm.Versions;
using Version = Gabbro.Storage.Lsm.Versions.Version;

namespace Gabbro.Storage.Lsm.Compaction;

/// <summary>Carries out one plan.</summary>
internal sealed class CompactionJob(DatabaseCore core, CompactionPlan plan)
{
    /// <summary>Merges, installs the result, and lets go of the plan whatever happens.</summary>
    public void Run()
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var edit = new VersionEdit();
            foreach (var (level, file) in plan.Inputs)
                edit.Removed.Add((plan.Family.Id, level, file.Metadata.Number));
            long written = 0;
            if (plan.IsTrivialMove)
            {
                edit.Added.Add((plan.Family.Id, plan.OutputLevel, plan.Inputs[0].File.Metadata));
                core.CommitEdit(plan.Family, edit, []);
            }
            else
            {
                written = Merge(edit);
                Interlocked.Add(ref core.Counters.CompactionBytesRead, plan.InputBytes);
                Interlocked.Add(ref core.Counters.CompactionBytesWritten, written);
            }

            Interlocked.Increment(ref core.Counters.Compactions);
            core.Options.Events?.OnCompacted(
                plan.Family.Name, plan.TopLevel, plan.OutputLevel, plan.InputBytes, written, Stopwatch.GetElapsedTime(started));
        }
        finally
        {
            lock (core.StateLock)
            {
                plan.MarkUnsynchronized(compacting: false);
                core.PulseStateUnsynchronized();
            }

            plan.Base.Dispose();
        }
    }

    private long Merge(VersionEdit edit)
    {
        var stripes = core.Snapshots.Stripes();
        var ranges = new RangeTombstoneSet(plan.Inputs.SelectMany(i => i.File.Reader.RangeTombstones.Tombstones()).ToArray());
        var kept = ranges.Tombstones().Where(t => !(t.Sequence <= stripes[0] && IsBottom(t.Begin, t.End))).ToArray();
        var bounds = SplitPoints();
        var writers = new TableWriter[bounds.Count + 1];
        var bottom = plan.OutputLevel >= plan.Base.DeepestLevel;
        for (var i = 0; i < writers.Length; i++)
            writers[i] = new TableWriter(core, plan.Family, bottom, plan.Family.Options.TargetFileSize);
        try
        {
            ulong read = 0;
            RunParts(writers.Length, i =>
            {
                var count = WritePart(
                    writers[i], stripes, ranges, kept, i == 0 ? null : bounds[i - 1], i < bounds.Count ? bounds[i] : null);
                Interlocked.Add(ref read, count);
            });
            var expected = plan.Inputs.Aggregate(0UL, (sum, input) => sum + input.File.Metadata.Entries);
            if (writers.Length == 1 && read != expected)
            {
                throw new CorruptionException(
                    core.Directory, -1, $"the inputs of a compaction must hold {expected} entries by their properties, but {read} were read");
            }

            foreach (var table in writers.SelectMany(w => w.Tables))
                edit.Added.Add((plan.Family.Id, plan.OutputLevel, table));
            core.System.SyncDirectory(core.Directory);
            core.CommitEdit(plan.Family, edit, []);
            return writers.Sum(w => w.BytesWritten);
        }
        catch (Exception) when (core.Poison is null)
        {
            // Not after a failed manifest write: the edit may be durable, and then these tables are the database.
            foreach (var writer in writers)
                writer.Abandon();
            throw;
        }
        finally
        {
            foreach (var writer in writers)
                writer.Dispose();
        }
    }

    private ulong WritePart(
        TableWriter writer, ulong[] stripes, RangeTombstoneSet ranges, IReadOnlyList<RangeTombstone> kept, byte[]? low, byte[]? high)
    {
        var children = new List<InternalIterator>();
        foreach (var group in plan.Inputs.GroupBy(i => i.Level))
        {
            if (group.Key == 0)
                children.AddRange(group.Select(i => new TableIterator(i.File.Reader, fillCache: false)));
            else
                children.Add(new LevelIterator(group.Select(i => i.File).OrderBy(f => f.Metadata.Smallest, ByteArrayOrder.Instance).ToArray(), fillCache: false));
        }

        var input = ViewIterators.Merge(children);
        using var entries = new EntryStream(input, plan.Family, stripes, ranges, BottomCheck(), core.NowMilliseconds);
        if (low is null)
            input.SeekToFirst();
        else
            SeekTo(input, low);
        entries.Start();
        writer.Write(entries, kept, low, high, () => core.IsClosed);
        return entries.InputCount;
    }

    private static unsafe void SeekTo(InternalIterator input, byte[] key)
    {
        fixed (byte* p = key)
            input.Seek(p, key.Length, Trailer.Newest);
    }

    // Keys come in order, so one cursor a level suffices (LevelDB's IsBaseLevelForKey).
    private Func<ReadOnlySpan<byte>, bool> BottomCheck()
    {
        var cursors = new int[Version.LevelCount];
        return key =>
        {
            for (var level = plan.OutputLevel + 1; level < Version.LevelCount; level++)
            {
                var files = plan.Base.Levels[level];
                while (cursors[level] < files.Length && files[cursors[level]].Metadata.EndsBefore(key))
                    cursors[level]++;
                if (cursors[level] < files.Length && files[cursors[level]].Metadata.Covers(key))
                    return false;
            }

            return true;
        };
    }

    private bool IsBottom(byte[] begin, byte[] end)
    {
        for (var level = plan.OutputLevel + 1; level < Version.LevelCount; level++)
        {
            if (plan.Base.Overlapping(level, begin, end).Count > 0)
                return false;
        }

        return true;
    }

    // Cuts at the first keys of input tables, which spread the bytes about evenly.
    private List<byte[]> SplitPoints()
    {
        var parts = (int)Math.Min(core.Options.MaxSubcompactions, plan.InputBytes / Math.Max(1, plan.Family.Options.TargetFileSize));
        if (parts <= 1)
            return [];
        var keys = plan.Inputs.Select(i => i.File.Metadata.Smallest).Order(ByteArrayOrder.Instance).ToList();
        var points = new List<byte[]>();
        for (var i = 1; i < parts; i++)
        {
            var key = keys[i * keys.Count / parts];
            if (KeyOrder.Compare(key, keys[0]) > 0 && (points.Count == 0 || KeyOrder.Compare(key, points[^1]) > 0))
                points.Add(key);
        }

        return points;
    }

    private static void RunParts(int count, Action<int> part)
    {
        var failures = new Exception?[count];
        var threads = Enumerable.Range(1, count - 1).Select(i => new Thread(() => Guarded(i)) { IsBackground = true, Name = "lsm-subcompaction" }).ToArray();
        foreach (var thread in threads)
            thread.Start();
        Guarded(0);
        foreach (var thread in threads)
            thread.Join();
        if (Array.Find(failures, f => f is not null) is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);

        void Guarded(int i)
        {
            try
            {
                part(i);
            }
            catch (Exception e)
            {
                failures[i] = e;
            }
        }
    }
}
