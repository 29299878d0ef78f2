using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Logs;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Tables;
using Gabbro.Storage.Lsm.Versions;
using Version = Gabbro.Storage.Lsm.Versions.Version;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>
/// Reads the files of a database that another process is writing, without a lock and without changing a byte. What is read
/// is a prefix of history: the manifest and each log only as far as the progress file says that they are whole.
/// </summary>
/// <remarks>
/// The files change meanwhile: a log or table named a moment ago may be gone, a new manifest may be in force. Then what was
/// read does not fit together, and is read again; only what does not fit again and again is damage.
/// </remarks>
internal sealed unsafe class SecondaryView(DatabaseCore core)
{
    private const int MaxAttempts = 20;

    /// <summary>The number of the last write seen.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>Reads the state of now and puts it in force.</summary>
    /// <exception cref="CorruptionException">The files do not fit together, however often they are read.</exception>
    public void Load()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                LoadOnce();
                return;
            }
            catch (StorageException e) when (attempt < MaxAttempts && e.Kind is StorageErrorKind.Corruption or StorageErrorKind.NotFound)
            {
                // The writer was faster; there is a newer state to read.
                Thread.Yield();
            }
        }
    }

    private void LoadOnce()
    {
        var system = core.System;
        var progress = ProgressFile.Read(system, core.Directory)
            ?? throw new CorruptionException(Path.Combine(core.Directory, ProgressFile.Name), -1, "the file is missing");
        var number = Manifest.ReadCurrent(system, core.Directory)
            ?? throw new StorageException(StorageErrorKind.NotFound, $"open {core.Directory}: no database there", core.Directory);
        var state = Manifest.Load(system, core.Directory, number, Whole(progress, number), growing: true);
        var memtables = new Dictionary<uint, List<Memtable>>();
        var versions = new Dictionary<uint, Version>();
        try
        {
            foreach (var (id, family) in state.Families)
            {
                memtables[id] = [DatabaseCore.NewMemtable(core.Options.ForFamily(family.Name), 0, family.Log)];
                versions[id] = OpenTables(id, family);
            }

            var last = Replay(state, progress, memtables);
            Install(state, memtables, versions);
            LastSequence = last;
            core.Snapshots.Publish(last);
        }
        catch
        {
            foreach (var memtable in memtables.Values.SelectMany(m => m))
                memtable.Dispose();
            foreach (var version in versions.Values)
                version.Dispose();
            throw;
        }
    }

    private static long Whole(ProgressReading progress, ulong log) => progress.RequiredLength(log) is var length && length > 0
        ? length
        : throw new StorageException(StorageErrorKind.NotFound, $"log {log} has no progress: it was retired, or the writer died with the machine");

    // Open files stay readable after the writer has deleted them, so all are opened now.
    private Version OpenTables(uint id, ManifestState.FamilyState family)
    {
        var present = core.Family(id)?.Version.AllFiles.ToDictionary(f => f.Metadata.Number) ?? [];
        var levels = family.Levels
            .Select((l, i) => DatabaseCore.Sort(l.Values.Select(t => present.GetValueOrDefault(t.Number) ?? new TableFile(t, core.Tables)).ToList(), i))
            .ToArray();
        var version = new Version(levels);
        try
        {
            foreach (var file in version.AllFiles)
                _ = file.Reader;
            return version;
        }
        catch
        {
            version.Dispose();
            throw;
        }
    }

    private ulong Replay(ManifestState state, ProgressReading progress, Dictionary<uint, List<Memtable>> memtables)
    {
        var last = state.LastSequence;
        foreach (var log in state.Logs)
        {
            var path = FileNames.Log(core.Directory, log);
            using var reader = new LogReader(core.System, path, LogKind.Writes, log, Whole(progress, log), growing: true);
            while (true)
            {
                var offset = reader.Position;
                if (!reader.TryRead(out var payload))
                    break;
                var batch = new BatchReader(payload, path, offset);
                var sequence = batch.Sequence;
                while (batch.Next())
                    Insert(state, memtables, batch, sequence++, log);
                last = Math.Max(last, sequence - 1);
            }

            // The next log may be further than this reading of the progress file: it must not be seen without the end of this one.
            if (!reader.Finished)
                break;
        }

        return last;
    }

    private void Insert(ManifestState state, Dictionary<uint, List<Memtable>> memtables, BatchReader batch, ulong sequence, ulong log)
    {
        if (!state.Families.TryGetValue(batch.Family, out var family) || log < family.Log)
            return;
        var list = memtables[batch.Family];
        var bound = SkipList.EntryBound(batch.Key.Length, batch.Value.Length);
        if (!list[^1].List.HasRoom(bound))
            list.Add(DatabaseCore.NewMemtable(core.Options.ForFamily(family.Name), bound, log));
        fixed (byte* key = batch.Key, value = batch.Value)
            list[^1].Add(key, batch.Key.Length, sequence, batch.Kind, value, batch.Value.Length);
    }

    private void Install(ManifestState state, Dictionary<uint, List<Memtable>> memtables, Dictionary<uint, Version> versions)
    {
        lock (core.StateLock)
        {
            core.State = state;
            foreach (var (id, family) in state.Families)
            {
                if (core.Family(id) is null)
                {
                    var options = core.Options.ForFamily(family.Name);
                    core.SetFamilyUnsynchronized(id, new FamilyCore(id, family.Name, options, new Memtable(4096, 0), Version.CreateEmpty()));
                }

                core.Family(id)!.ReplaceAllUnsynchronized(memtables[id], versions[id]);
            }

            foreach (var dropped in core.LiveFamilies.Where(f => !state.Families.ContainsKey(f.Id)).ToArray())
            {
                dropped.IsDropped = true;
                core.SetFamilyUnsynchronized(dropped.Id, null);
                dropped.Dispose();
            }
        }
    }
}
