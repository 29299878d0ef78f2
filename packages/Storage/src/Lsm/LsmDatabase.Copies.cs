using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm.Compaction;
using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Logs;
using Gabbro.Storage.Lsm.Maintenance;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Tables;
using Gabbro.Storage.Lsm.Versions;

namespace Gabbro.Storage.Lsm;

public sealed unsafe partial class LsmDatabase
{
    /// <summary>
    /// Makes a copy of the state of now that opens as a database of its own. Tables are hard-linked where the file system
    /// can, so it costs little; writing goes on meanwhile.
    /// </summary>
    /// <param name="directory">A directory that does not exist, or is empty; on the same file system for links.</param>
    /// <exception cref="StorageException">The directory is not empty, or the copy failed.</exception>
    public void Checkpoint(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        directory = System.IO.Path.GetFullPath(directory);
        PrepareEmpty(directory);
        WriteCopy(directory, static (system, source, target, _) => FileCopier.LinkOrCopy(system, source, target));
    }

    /// <summary>
    /// Brings a backup directory up to the state of now: tables that are there from an earlier backup are kept, new ones
    /// are copied, others are removed. The directory opens as a database (for restoring, copy it or open it in place).
    /// </summary>
    /// <param name="directory">A directory that is empty, does not exist or holds an earlier backup of this database.</param>
    /// <returns>The bytes copied.</returns>
    /// <exception cref="StorageException">The directory holds something else, or copying failed.</exception>
    public long Backup(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        directory = System.IO.Path.GetFullPath(directory);
        var system = _core.System;
        system.CreateDirectory(directory);
        long copied = 0;
        using (DirectoryLock.Take(system, directory, exclusive: true))
        {
            RefuseForeign(system, directory);
            var kept = WriteCopy(directory, (files, source, target, table) =>
            {
                if (IsSameTable(files, target, table))
                    return;
                if (files.FileExists(target))
                    files.Delete(target);
                FileCopier.Copy(files, source, target, long.MaxValue);
                copied += table.Size;
            });
            foreach (var name in system.List(directory))
            {
                if (FileNames.Parse(name, out var number) is FileKind.Table && !kept.Contains(number))
                    system.Delete(System.IO.Path.Combine(directory, name));
            }
        }

        return copied;
    }

    /// <summary>Copies a backup or checkpoint into a new directory.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="path">A directory that does not exist, or is empty.</param>
    /// <param name="options">Options, or null; only the file system is used.</param>
    /// <exception cref="StorageException">The target is not empty, or copying failed.</exception>
    /// <exception cref="CorruptionException">The backup is damaged.</exception>
    public static void Restore(string backup, string path, LsmOptions? options = null)
    {
        using var source = OpenReadOnly(backup, options);
        var report = source.Verify();
        if (!report.IsSound)
            throw report.Problems[0];
        source.Checkpoint(path);
    }

    /// <summary>
    /// Writes a table file from sorted entries, to be ingested later.
    /// </summary>
    /// <param name="path">The file; must not exist.</param>
    /// <param name="entries">Keys in ascending order, each once.</param>
    /// <param name="options">Options of the family it is meant for, or null.</param>
    /// <param name="fileSystem">Where, or null for the machine's file system.</param>
    /// <exception cref="ArgumentException">The keys are not in order, or there are none.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static void WriteTable(
        string path, IEnumerable<KeyValuePair<byte[], byte[]>> entries, ColumnFamilyOptions? options = null, IStorageFileSystem? fileSystem = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(entries);
        options ??= new ColumnFamilyOptions();
        options.Validate();
        var system = fileSystem ?? SystemFileSystem.Instance;
        var builderOptions = new TableBuilderOptions(
            options.BlockSize, 1024, options.Compression, options.UseFilters, TimeProvider.System.GetUtcNow(), null);
        using var builder = new TableBuilder(system.Open(path, StorageFileMode.CreateNew), 0, builderOptions);
        byte[]? last = null;
        foreach (var (key, value) in entries)
        {
            if (last is not null && Format.KeyOrder.Compare(last, key) >= 0)
                throw new ArgumentException("the keys must ascend, each once", nameof(entries));
            fixed (byte* k = key, v = value)
                builder.Add(k, key.Length, Format.Trailer.Pack(0, Format.EntryKind.Put), v, value.Length);
            last = key;
        }

        if (builder.IsEmpty)
            throw new ArgumentException("a table needs an entry", nameof(entries));
        builder.Finish();
    }

    /// <summary>
    /// Takes a table written by <see cref="WriteTable"/> into a family, as if its entries were all put now, in one step.
    /// The file is checked whole and rewritten with its place in history; the original stays where it is.
    /// </summary>
    /// <exception cref="CorruptionException">The file is damaged.</exception>
    /// <exception cref="StorageException">Reading or writing failed; nothing has changed then.</exception>
    public void Ingest(string path, ColumnFamily? family = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var core = CheckFamily(family ?? DefaultFamily);
        var commits = Writable();
        using var source = new TableReader(
            _core.System.Open(path, StorageFileMode.Read), null, _core.Cache, _core.TableStatistics);
        source.Verify();
        // What lies in the memtable is older than the table: it must be below it before the table is there.
        lock (_core.CommitLock)
        {
            Flush(core);
            var sequence = commits.TakeSequenceUnsynchronized();
            var number = _core.NewFileNumber();
            var target = FileNames.Table(_core.Directory, number);
            TableMetadata metadata;
            using (var builder = new TableBuilder(_core.System.Open(target, StorageFileMode.CreateNew), number, _core.BuilderOptions(core.Options, bottom: false)))
            {
                using var entries = new TableIterator(source, fillCache: false);
                for (entries.SeekToFirst(); entries.Valid; entries.Next())
                    builder.Add(entries.Key, entries.KeyLength, Format.Trailer.Pack(sequence, Format.EntryKind.Put), entries.Value, entries.ValueLength);
                metadata = builder.Finish();
            }

            _core.System.SyncDirectory(_core.Directory);
            var edit = new VersionEdit { LastSequence = sequence };
            edit.Added.Add((core.Id, 0, metadata));
            _core.Gaps.Clear(core.Id);
            _core.CommitEdit(core, edit, []);
            _core.Snapshots.Publish(sequence);
        }
    }

    private void PrepareEmpty(string directory)
    {
        var system = _core.System;
        if (system.DirectoryExists(directory) && system.List(directory).Count > 0)
            throw new StorageException(StorageErrorKind.AlreadyExists, $"copy to {directory}: the directory is not empty", directory);
        system.CreateDirectory(directory);
    }

    private void RefuseForeign(IStorageFileSystem system, string directory)
    {
        if (Manifest.ReadCurrent(system, directory) is not { } number)
            return;
        var state = Manifest.Load(system, directory, number, required: 0);
        if (state.DatabaseId != _core.State.DatabaseId)
            throw new StorageException(StorageErrorKind.AlreadyExists, $"back up to {directory}: it holds another database", directory);
    }

    private bool IsSameTable(IStorageFileSystem system, string path, TableMetadata table)
    {
        if (!system.FileExists(path))
            return false;
        try
        {
            using var reader = new TableReader(system.Open(path, StorageFileMode.Read), table, _core.Cache, _core.TableStatistics);
            return true;
        }
        catch (CorruptionException)
        {
            // A torn copy of an earlier attempt, or another table of that number: it is copied again.
            return false;
        }
    }

    // Tables by `take`; then a manifest that names exactly them. With everything in tables no log is needed.
    private HashSet<ulong> WriteCopy(string directory, Action<IStorageFileSystem, string, string, TableMetadata> take)
    {
        _core.ThrowIfClosed();
        var system = _core.System;
        if (_commits is not null)
            Flush();
        var views = _core.LiveFamilies.Select(f => (Family: f, View: f.Acquire())).ToArray();
        try
        {
            var state = new ManifestState();
            var edit = new VersionEdit
            {
                DatabaseId = _core.State.DatabaseId,
                NextFamily = _core.State.NextFamily,
                LastSequence = Math.Max(_core.State.LastSequence, _core.Snapshots.Visible),
            };
            var kept = new HashSet<ulong>();
            foreach (var (family, view) in views)
            {
                edit.FamiliesCreated.Add((family.Id, family.Name));
                for (var level = 0; level < view.Version.Levels.Length; level++)
                {
                    foreach (var file in view.Version.Levels[level])
                    {
                        var table = file.Metadata;
                        take(system, FileNames.Table(_core.Directory, table.Number), FileNames.Table(directory, table.Number), table);
                        edit.Added.Add((family.Id, level, table));
                        kept.Add(table.Number);
                    }
                }
            }

            var next = Math.Max(kept.DefaultIfEmpty().Max(), Manifest.ReadCurrent(system, directory) ?? 0) + 1;
            if (_commits is null)
                next = WriteMemtables(directory, next, edit, kept);
            edit.NextFile = next + 1;
            state.Apply(edit, directory);
            foreach (var family in state.Families.Values)
                family.Log = next + 1;
            using var progress = ProgressFile.Create(system, directory, []);
            using var manifest = Manifest.Create(system, directory, next, state, progress);
            manifest.Trim();
            progress.Sync();
            return kept;
        }
        finally
        {
            foreach (var (_, view) in views)
                view.Release();
        }
    }

    // Without a writer the memtables cannot be flushed in place: what came from the logs becomes tables of the copy alone.
    private ulong WriteMemtables(string directory, ulong next, VersionEdit edit, HashSet<ulong> kept)
    {
        var target = new DatabaseCore(directory, _core.Options, readOnly: false) { State = { NextFile = next } };
        target.Snapshots.Publish(_core.Snapshots.Visible);
        foreach (var family in _core.LiveFamilies)
        {
            var memtables = family.Immutables.Append(family.Active).Where(m => !m.IsEmpty).ToArray();
            if (memtables.Length == 0)
                continue;
            using var writer = new TableWriter(target, family, bottom: false, long.MaxValue);
            FlushJob.WriteTable(target, family, memtables, writer);
            foreach (var table in writer.Tables)
            {
                edit.Added.Add((family.Id, 0, table));
                kept.Add(table.Number);
            }
        }

        return target.State.NextFile;
    }
}
