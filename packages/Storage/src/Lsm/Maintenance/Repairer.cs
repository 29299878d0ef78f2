using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm.Compaction;
using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Iterators;
using Gabbro.Storage.Lsm.Logs;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Tables;
using Gabbro.Storage.Lsm.Versions;
using Version = Gabbro.Storage.Lsm.Versions.Version;

namespace Gabbro.Storage.Lsm.Maintenance;

/// <summary>
/// Rebuilds a database from whatever its files still hold. The manifest is believed where it can be read; without it
/// every table found goes into level 0 of the default family, where sequence numbers alone decide what is newest.
/// </summary>
internal sealed unsafe class Repairer(DatabaseCore core)
{
    private readonly IStorageFileSystem _system = core.System;
    private readonly string _directory = core.Directory;
    private readonly List<string> _losses = [];
    private readonly ManifestState _state = new();
    private ManifestState? _old;
    private ulong _lastSequence;
    private int _kept;
    private int _rewritten;
    private long _saved;
    private long _logEntries;

    public RepairReport Run()
    {
        var names = _system.List(_directory);
        var highest = names.Select(n => FileNames.Parse(n, out var number) == FileKind.Other ? 0 : number).DefaultIfEmpty().Max();
        _old = ReadOldManifest(names);
        StartState(highest + 1);
        core.Progress = ProgressFile.Create(_system, _directory, []);
        core.State = _state;
        foreach (var (id, family) in _state.Families)
        {
            var options = core.Options.ForFamily(family.Name);
            var levels = Enumerable.Range(0, Version.LevelCount).Select(_ => Array.Empty<TableFile>()).ToArray();
            core.SetFamilyUnsynchronized(id, new FamilyCore(id, family.Name, options, DatabaseCore.NewMemtable(options, 0, 0), new Version(levels)));
        }

        SaveTables(names);
        foreach (var log in names.Where(n => FileNames.Parse(n, out _) == FileKind.Log).Order(StringComparer.Ordinal))
            SaveLog(log);
        FlushFamilies();
        if (_old is null)
            MergeEverything();
        _state.LastSequence = Math.Max(_state.LastSequence, _lastSequence);
        using (Manifest.Create(_system, _directory, _state.NextFile++, _state, core.Progress))
            core.Progress.Sync();
        core.Progress.Dispose();
        foreach (var family in core.LiveFamilies)
            family.Dispose();
        return new RepairReport(_kept, _rewritten, _saved, _logEntries, _losses);
    }

    private ManifestState? ReadOldManifest(IReadOnlyList<string> names)
    {
        var candidates = new List<ulong>();
        try
        {
            if (Manifest.ReadCurrent(_system, _directory) is { } current)
                candidates.Add(current);
        }
        catch (CorruptionException e)
        {
            _losses.Add($"{e.Message}; manifests are tried from the newest");
        }

        candidates.AddRange(names
            .Where(n => FileNames.Parse(n, out _) == FileKind.Manifest)
            .Select(n => FileNames.Parse(n, out var number) == FileKind.Manifest ? number : 0)
            .OrderDescending());
        foreach (var number in candidates.Distinct())
        {
            try
            {
                return Manifest.Load(_system, _directory, number, required: 0);
            }
            catch (StorageException e)
            {
                _losses.Add($"the manifest cannot be used: {e.Message}");
            }
        }

        return null;
    }

    private void StartState(ulong nextFile)
    {
        var edit = new VersionEdit
        {
            DatabaseId = _old?.DatabaseId ?? UniqueIds.Next(),
            NextFile = Math.Max(nextFile, _old?.NextFile ?? 0),
            NextFamily = _old?.NextFamily ?? 1,
            LastSequence = _old?.LastSequence ?? 0,
        };
        if (_old is null)
            edit.FamiliesCreated.Add((0, ColumnFamily.DefaultName));
        else
            edit.FamiliesCreated.AddRange(_old.Families.Select(f => (f.Key, f.Value.Name)));
        _state.Apply(edit, _directory);
    }

    private void SaveTables(IReadOnlyList<string> names)
    {
        var known = new Dictionary<ulong, (uint Family, int Level, TableMetadata Table)>();
        foreach (var (id, family) in _old?.Families ?? [])
        {
            for (var level = 0; level < Version.LevelCount; level++)
            {
                foreach (var table in family.Levels[level].Values)
                    known[table.Number] = (id, level, table);
            }
        }

        var present = names
            .Where(n => FileNames.Parse(n, out _) == FileKind.Table)
            .Select(n => FileNames.Parse(n, out var number) == FileKind.Table ? number : 0)
            .ToHashSet();
        foreach (var missing in known.Keys.Where(n => !present.Contains(n)))
            _losses.Add($"table {missing} is missing: up to {known[missing].Table.Entries} entries between its first and last key are gone");
        foreach (var number in present.Order())
        {
            // With a manifest, other tables are the rest of crashes and hold nothing that is not elsewhere.
            if (known.TryGetValue(number, out var entry))
                SaveTable(number, entry.Family, entry.Level, entry.Table);
            else if (_old is null)
                SaveTable(number, 0, 0, null);
        }
    }

    private void SaveTable(ulong number, uint family, int level, TableMetadata? expected)
    {
        var path = FileNames.Table(_directory, number);
        TableReader? reader = null;
        try
        {
            reader = new TableReader(_system.Open(path, StorageFileMode.Read), null, core.Cache, core.TableStatistics);
            var verified = Verify(reader);
            if (verified && expected is not null && expected.UniqueId == reader.UniqueId)
            {
                _state.Families[family].Levels[level][number] = expected;
                _kept++;
                _saved += (long)expected.Entries;
                return;
            }

            Rewrite(reader, family, level, verified);
        }
        catch (StorageException e)
        {
            _losses.Add($"table {number} cannot be read at all: {e.Message}");
        }
        finally
        {
            reader?.Dispose();
        }
    }

    private static bool Verify(TableReader reader)
    {
        try
        {
            reader.Verify();
            return true;
        }
        catch (CorruptionException)
        {
            // The rewriting that follows says which blocks are gone.
            return false;
        }
    }

    // Copies every block that is whole. A level below 0 keeps the table: its key range can only have become smaller.
    private void Rewrite(TableReader reader, uint family, int level, bool intact)
    {
        var number = _state.NextFile++;
        var path = FileNames.Table(_directory, number);
        using var builder = new TableBuilder(
            _system.Open(path, StorageFileMode.CreateNew), number, core.BuilderOptions(core.Family(family)!.Options, bottom: false));
        foreach (var tombstone in reader.RangeTombstones.Tombstones())
            builder.Add(tombstone);
        using (var blocks = new TableSalvager(reader, _losses))
        {
            while (blocks.Next())
                builder.Add(blocks.Key, blocks.KeyLength, blocks.Trailer, blocks.Value, blocks.ValueLength);
        }

        if (builder.IsEmpty)
        {
            _losses.Add($"nothing of {reader.Path} could be saved");
            return;
        }

        var metadata = builder.Finish();
        _lastSequence = Math.Max(_lastSequence, metadata.MaxSequence);
        _state.Families[family].Levels[level][number] = metadata;
        _saved += (long)metadata.Entries;
        if (intact)
            _kept++;
        else
            _rewritten++;
    }

    private void SaveLog(string name)
    {
        if (FileNames.Parse(name, out var number) != FileKind.Log)
            return;
        var path = FileNames.Log(_directory, number);
        try
        {
            using var reader = new LogReader(_system, path, LogKind.Writes, number, required: 0, salvage: true);
            while (true)
            {
                var offset = reader.Position;
                if (!reader.TryRead(out var payload))
                    break;
                SaveBatch(payload, path, offset, number);
            }

            if (reader.SkippedBytes > 0)
                _losses.Add($"{reader.SkippedBytes} bytes of {path} do not match their checksums; the writes in them are gone");
        }
        catch (StorageException e)
        {
            _losses.Add($"log {number} cannot be read at all: {e.Message}");
        }
    }

    private void SaveBatch(ReadOnlySpan<byte> payload, string path, long offset, ulong log)
    {
        var batch = new BatchReader(payload, path, offset);
        var sequence = batch.Sequence;
        for (; batch.Next(); sequence++)
        {
            if (core.Family(batch.Family) is not { } family)
                continue;
            // Entries that a table holds already come again with the same sequence: memtables and tables may not both have them.
            if (_old is not null && _old.Families.TryGetValue(batch.Family, out var old) && log < old.Log)
                continue;
            var bound = SkipList.EntryBound(batch.Key.Length, batch.Value.Length);
            if (!family.Active.List.HasRoom(bound))
            {
                FlushFamily(family);
                if (!family.Active.List.HasRoom(bound))
                    family.ReplaceActiveUnsynchronized(DatabaseCore.NewMemtable(family.Options, bound, 0));
            }

            fixed (byte* key = batch.Key, value = batch.Value)
                family.Active.Add(key, batch.Key.Length, sequence, batch.Kind, value, batch.Value.Length);
            _logEntries++;
            _lastSequence = Math.Max(_lastSequence, sequence);
        }
    }

    // Without a manifest nobody knows which table is newer. Merged by sequence number they need not be asked in an order.
    private void MergeEverything()
    {
        var tables = _state.Families[0].Levels[0];
        if (tables.Count < 2)
            return;
        var family = core.Family(0)!;
        var readers = tables.Values.Select(t => core.Tables.Open(t)).ToList();
        try
        {
            var input = ViewIterators.Merge(readers.Select(InternalIterator (r) => new TableIterator(r, fillCache: false)).ToList());
            var ranges = new RangeTombstoneSet(readers.SelectMany(r => r.RangeTombstones.Tombstones()).ToArray());
            core.Snapshots.Publish(_lastSequence);
            input.SeekToFirst();
            using var entries = new EntryStream(input, family, core.Snapshots.Stripes(), ranges, static _ => false, core.NowMilliseconds);
            entries.Start();
            using var writer = new TableWriter(core, family, bottom: false, family.Options.TargetFileSize);
            writer.Write(entries, ranges.Tombstones().ToArray(), null, null, static () => false);
            tables.Clear();
            foreach (var table in writer.Tables)
                _state.Families[0].Levels[Version.LevelCount - 1][table.Number] = table;
        }
        finally
        {
            readers.ForEach(r => r.Dispose());
        }
    }

    private void FlushFamilies()
    {
        foreach (var family in core.LiveFamilies)
            FlushFamily(family);
        _system.SyncDirectory(_directory);
    }

    private void FlushFamily(FamilyCore family)
    {
        if (family.Active.IsEmpty)
            return;
        core.Snapshots.Publish(_lastSequence);
        using var writer = new TableWriter(core, family, bottom: false, long.MaxValue);
        FlushJob.WriteTable(core, family, [family.Active], writer);
        foreach (var table in writer.Tables)
        {
            _state.Families[family.Id].Levels[0][table.Number] = table;
            _saved += (long)table.Entries;
        }

        family.ReplaceActiveUnsynchronized(DatabaseCore.NewMemtable(family.Options, 0, 0));
    }
}
