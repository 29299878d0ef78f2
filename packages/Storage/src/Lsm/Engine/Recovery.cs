using System.Diagnostics;
using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm.Compaction;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Logs;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Tables;
using Gabbro.Storage.Lsm.Versions;
using Version = Gabbro.Storage.Lsm.Versions.Version;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>Brings a database back from its files. docs/storage/lsm-recovery.md tells the procedure to people.</summary>
internal sealed unsafe class Recovery(DatabaseCore core)
{
    private readonly IStorageFileSystem _system = core.System;
    private readonly string _directory = core.Directory;
    private readonly VersionEdit _recovered = new();
    private ManifestState _state = new();
    private ProgressReading? _progress;
    private ulong _lastSequence;
    private long _batches;
    private long _entries;
    private long _tornBytes;
    private int _droppedLogs;
    private int _logsRead;

    /// <summary>What was found.</summary>
    public RecoveryReport Report { get; private set; } = new();

    /// <summary>Opens for writing, creating the database if allowed.</summary>
    public CommitPipeline OpenForWriting()
    {
        var started = Stopwatch.GetTimestamp();
        var current = FindDatabase();
        if (current is null)
        {
            if (!core.Options.CreateIfMissing)
                throw new StorageException(StorageErrorKind.NotFound, $"open {_directory}: no database there, and CreateIfMissing is off", _directory);
            CreateNew();
        }
        else
        {
            if (core.Options.ErrorIfExists)
                throw new StorageException(StorageErrorKind.AlreadyExists, $"open {_directory}: there is a database, and ErrorIfExists is set", _directory);
            LoadManifest(current.Value);
            CarryProgress(current.Value);
            CreateFamilies();
            ReplayLogs(flushWhenFull: true);
            FlushAll();
            StartNewManifest(current.Value);
        }

        var log = CommitPipeline.CreateLog(core);
        lock (core.StateLock)
        {
            foreach (var family in core.LiveFamilies)
                family.Active.Log = log.Number;
        }

        Report = MakeReport(Stopwatch.GetElapsedTime(started));
        return new CommitPipeline(core, log, Math.Max(_lastSequence, _state.LastSequence));
    }

    /// <summary>Loads everything into memory without changing a byte on disk.</summary>
    public void OpenForReading()
    {
        var started = Stopwatch.GetTimestamp();
        var current = FindDatabase()
            ?? throw new StorageException(StorageErrorKind.NotFound, $"open {_directory}: no database there", _directory);
        LoadManifest(current);
        CreateFamilies();
        ReplayLogs(flushWhenFull: false);
        core.Snapshots.Publish(Math.Max(_lastSequence, _state.LastSequence));
        Report = MakeReport(Stopwatch.GetElapsedTime(started));
    }

    // Without CURRENT there is no database, unless there are files that only a database has: then CURRENT was lost.
    private ulong? FindDatabase()
    {
        if (!_system.DirectoryExists(_directory))
            return null;
        if (Manifest.ReadCurrent(_system, _directory) is { } number)
            return number;
        foreach (var name in _system.List(_directory))
        {
            if (FileNames.Parse(name, out _) is FileKind.Log or FileKind.Table)
            {
                throw new CorruptionException(
                    Path.Combine(_directory, FileNames.Current), -1, $"the file is missing, but the directory holds {name}");
            }
        }

        return null;
    }

    private void CreateNew()
    {
        _system.CreateDirectory(_directory);
        core.Progress = ProgressFile.Create(_system, _directory, []);
        var edit = new VersionEdit { DatabaseId = UniqueIds.Next(), NextFile = 2 };
        edit.FamiliesCreated.Add((0, ColumnFamily.DefaultName));
        _state.Apply(edit, _directory);
        core.Manifest = Manifest.Create(_system, _directory, 1, _state, core.Progress);
        CreateFamilies();
    }

    private void LoadManifest(ulong number)
    {
        _progress = ProgressFile.Read(_system, _directory);
        if (_progress is null)
            throw new CorruptionException(Path.Combine(_directory, ProgressFile.Name), -1, "the file is missing");
        _state = Manifest.Load(_system, _directory, number, _progress.RequiredLength(number));
        _state.NextFile = Math.Max(_state.NextFile, number + 1);
        _lastSequence = _state.LastSequence;
        foreach (var table in _state.Families.Values.SelectMany(f => f.Levels).SelectMany(l => l.Values))
        {
            if (!_system.FileExists(FileNames.Table(_directory, table.Number)))
            {
                throw new CorruptionException(
                    FileNames.Table(_directory, table.Number), -1, "the manifest names this table, but it is not there");
            }
        }
    }

    private void CarryProgress(ulong manifest)
    {
        var carried = _state.Logs.Append(manifest).Select(l => (l, _progress!.RequiredLength(l))).Where(l => l.Item2 > 0).ToArray();
        core.Progress = ProgressFile.Create(_system, _directory, carried);
    }

    private void CreateFamilies()
    {
        core.State = _state;
        foreach (var (id, family) in _state.Families)
        {
            var options = core.Options.ForFamily(family.Name);
            var levels = family.Levels
                .Select((l, i) => DatabaseCore.Sort(l.Values.Select(t => new TableFile(t, core.Tables)).ToList(), i))
                .ToArray();
            var active = DatabaseCore.NewMemtable(options, 0, family.Log);
            core.SetFamilyUnsynchronized(id, new FamilyCore(id, family.Name, options, active, new Version(levels)));
        }
    }

    private void ReplayLogs(bool flushWhenFull)
    {
        var logs = _state.Logs.ToArray();
        for (var i = 0; i < logs.Length; i++)
        {
            var required = _progress!.RequiredLength(logs[i]);
            using (var reader = OpenLog(logs[i], required))
            {
                ReplayLog(reader, logs[i], flushWhenFull);
                _logsRead++;
                if (reader.Finished)
                    continue;
                _tornBytes += Math.Max(0, required - reader.Position);
                RequireUnsynced(logs.AsSpan(i + 1), reader);
                _droppedLogs = logs.Length - i - 1;
                return;
            }
        }
    }

    // This log ends without its end record. The next one may hold records (their writers were not told of more than the
    // system's cache), but none of them may have been promised to be durable.
    private void RequireUnsynced(ReadOnlySpan<ulong> later, LogReader torn)
    {
        foreach (var log in later)
        {
            var required = _progress!.RequiredLength(log);
            if (required > LogFormat.FileHeader)
            {
                throw new CorruptionException(
                    torn.Path, torn.Position, $"expected the end record of a finished log, for log {log} after it holds {required} bytes");
            }

            using var reader = OpenLog(log, required);
            while (reader.TryRead(out _))
            {
                if (reader.ClaimedSynced > LogFormat.FileHeader)
                {
                    throw new CorruptionException(
                        torn.Path, torn.Position, $"expected the end record of a finished log, for log {log} after it was synced");
                }
            }
        }
    }

    private LogReader OpenLog(ulong log, long required)
    {
        var path = FileNames.Log(_directory, log);
        try
        {
            return new LogReader(_system, path, LogKind.Writes, log, required);
        }
        catch (StorageException e) when (e.Kind == StorageErrorKind.NotFound)
        {
            throw new CorruptionException(path, -1, "the manifest names this log, but it is not there", e);
        }
    }

    private void ReplayLog(LogReader reader, ulong log, bool flushWhenFull)
    {
        while (true)
        {
            var offset = reader.Position;
            if (!reader.TryRead(out var payload))
                return;
            ReplayBatch(payload, reader.Path, offset, log, flushWhenFull);
        }
    }

    private void ReplayBatch(ReadOnlySpan<byte> payload, string path, long offset, ulong log, bool flushWhenFull)
    {
        var batch = new BatchReader(payload, path, offset);
        var sequence = batch.Sequence;
        uint count = 0;
        while (batch.Next())
        {
            count++;
            Insert(batch, sequence++, log, flushWhenFull);
        }

        if (count != batch.Count)
            throw new CorruptionException(path, offset, $"expected a batch of {batch.Count} entries, found {count}");
        _lastSequence = Math.Max(_lastSequence, sequence - 1);
        _batches++;
        _entries += count;
    }

    private void Insert(BatchReader batch, ulong sequence, ulong log, bool flushWhenFull)
    {
        // Dropped families' entries are dropped too; those of logs before the family's are in its tables.
        if (core.Family(batch.Family) is not { } family || log < _state.Families[batch.Family].Log)
            return;
        var bound = SkipList.EntryBound(batch.Key.Length, batch.Value.Length);
        if (!family.Active.List.HasRoom(bound))
        {
            var next = DatabaseCore.NewMemtable(family.Options, bound, log);
            lock (core.StateLock)
                family.SwitchMemtableUnsynchronized(next, log);
            if (flushWhenFull)
                Flush(family);
        }

        fixed (byte* key = batch.Key, value = batch.Value)
            family.Active.Add(key, batch.Key.Length, sequence, batch.Kind, value, batch.Value.Length);
    }

    private void FlushAll()
    {
        foreach (var family in core.LiveFamilies)
        {
            if (family.Active.IsEmpty)
                continue;
            var next = DatabaseCore.NewMemtable(family.Options, 0, family.Active.Log);
            lock (core.StateLock)
                family.SwitchMemtableUnsynchronized(next, family.Active.Log);
            Flush(family);
        }
    }

    // Unlike a flush in the running database this keeps the logs: another family's entries, or later ones of this family,
    // may still be on their way. The edit that retires them comes when all is in tables.
    private void Flush(FamilyCore family)
    {
        core.Snapshots.Publish(_lastSequence);
        var memtables = family.Immutables.ToArray();
        using var writer = new TableWriter(core, family, bottom: false, long.MaxValue);
        FlushJob.WriteTable(core, family, memtables, writer);
        foreach (var table in writer.Tables)
            _recovered.Added.Add((family.Id, 0, table));
        lock (core.StateLock)
        {
            var levels = family.Version.Levels.ToArray();
            levels[0] = DatabaseCore.Sort([.. levels[0], .. writer.Tables.Select(t => new TableFile(t, core.Tables))], 0);
            family.InstallVersionUnsynchronized(new Version(levels), memtables);
        }
    }

    // One edit makes all of recovery true at once: the tables are there, and the logs they came from are gone.
    private void StartNewManifest(ulong oldManifest)
    {
        var newNumber = _state.NextFile++;
        _recovered.NextFile = _state.NextFile;
        _recovered.LastSequence = _lastSequence;
        var oldLogs = _state.Logs.ToArray();
        _recovered.LogsDeleted.AddRange(oldLogs);
        foreach (var (id, _) in _state.Families)
            _recovered.FamilyLogs.Add((id, _recovered.NextFile.Value));
        if (_recovered.Added.Count > 0)
            _system.SyncDirectory(_directory);
        _state.Apply(_recovered, _directory);
        core.Manifest = Manifest.Create(_system, _directory, newNumber, _state, core.Progress!);
        core.DeleteLogs(oldLogs);
        core.Progress!.Release(oldManifest);
        DeleteStrays();
    }

    // What no manifest names: the rest of crashes, and files that could not be deleted when they became obsolete.
    private void DeleteStrays()
    {
        var live = _state.Families.Values.SelectMany(f => f.Levels).SelectMany(l => l.Keys).ToHashSet();
        foreach (var name in _system.List(_directory))
        {
            var stray = FileNames.Parse(name, out var number) switch
            {
                FileKind.Table => !live.Contains(number),
                FileKind.Log => !_state.Logs.Contains(number),
                FileKind.Manifest => number != core.Manifest!.Number,
                FileKind.Temporary => true,
                _ => false,
            };
            if (!stray)
                continue;
            try
            {
                _system.Delete(Path.Combine(_directory, name));
            }
            catch (StorageException e)
            {
                core.ReportError($"delete the stray file {name}", e);
            }
        }
    }

    private RecoveryReport MakeReport(TimeSpan duration) => new()
    {
        Logs = _logsRead,
        Batches = _batches,
        Entries = _entries,
        TornBytes = _tornBytes,
        UnsyncedLogsDropped = _droppedLogs,
        SameBoot = _progress?.SameBoot ?? true,
        Duration = duration,
    };
}
