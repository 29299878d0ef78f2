using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm.Caching;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Logs;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Tables;
using Gabbro.Storage.Lsm.Versions;
using Version = Gabbro.Storage.Lsm.Versions.Version;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>
/// The state that writers, readers and background work share. Locks are taken in this order and never the other way:
/// <see cref="CommitLock"/>, <see cref="ManifestLock"/>, <see cref="StateLock"/>.
/// </summary>
internal sealed class DatabaseCore
{
    private FamilyCore?[] _families = [];
    private StorageException? _poison;
    private TaskCompletionSource? _stateChange;
    private volatile bool _closed;

    public DatabaseCore(string directory, LsmOptions options, bool readOnly)
    {
        Directory = directory;
        Options = options;
        System = options.FileSystem;
        IsReadOnly = readOnly;
        Cache = new BlockCache(options.BlockCacheSize);
        Tables = new TableSource(System, directory, Cache, TableStatistics, (path, e) => ReportError($"delete {path}", e));
        Throttle = new WriteThrottle(options.BackgroundWriteRate, options.TimeProvider);
    }

    public string Directory { get; }

    public LsmOptions Options { get; }

    public IStorageFileSystem System { get; }

    public bool IsReadOnly { get; }

    public BlockCache Cache { get; }

    public TableStatistics TableStatistics { get; } = new();

    public TableSource Tables { get; }

    public WriteThrottle Throttle { get; }

    public SnapshotList Snapshots { get; } = new();

    public Counters Counters { get; } = new();

    public GapRegistry Gaps { get; } = new();

    /// <summary>The last sequence number given out; read and written with the commit lock held.</summary>
    public ulong LastSequence { get; set; }

    /// <summary>Held while a batch gets its sequence numbers and goes into log and memtables.</summary>
    public Lock CommitLock { get; } = new();

    /// <summary>Held while an edit goes into the manifest and the version that follows from it is installed.</summary>
    public Lock ManifestLock { get; } = new();

    /// <summary>Guards families, memtable lists and versions; pulsed whenever one of them changes.</summary>
    public object StateLock { get; } = new();

    /// <summary>The log of versions; null when read-only.</summary>
    public Manifest? Manifest { get; set; }

    public ProgressFile? Progress { get; set; }

    /// <summary>What the manifest says, with the file numbers given out since; guarded by the manifest lock.</summary>
    public ManifestState State { get; set; } = new();

    public bool IsClosed => _closed;

    /// <summary>What made the database refuse writes, or null.</summary>
    public StorageException? Poison => Volatile.Read(ref _poison);

    public ulong NowMilliseconds => (ulong)Options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Families by id; replaced whole when one is added or dropped.</summary>
    public FamilyCore?[] Families => Volatile.Read(ref _families);

    public IEnumerable<FamilyCore> LiveFamilies => Families.OfType<FamilyCore>();

    public FamilyCore? Family(uint id)
    {
        var families = Families;
        return id < families.Length ? families[id] : null;
    }

    public void SetFamilyUnsynchronized(uint id, FamilyCore? family)
    {
        var families = _families;
        Array.Resize(ref families, (int)Math.Max(families.Length, id + 1));
        families[id] = family;
        Volatile.Write(ref _families, families);
    }

    public void Close() => _closed = true;

    /// <summary>Wakes all who wait or await a change of what the state lock guards; it is held.</summary>
    public void PulseStateUnsynchronized()
    {
        Monitor.PulseAll(StateLock);
        var awaited = _stateChange;
        _stateChange = null;
        awaited?.SetResult();
    }

    /// <summary>Completes at the next change; the state lock is held, so none is missed.</summary>
    public Task NextStateChangeUnsynchronized() =>
        (_stateChange ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_closed, typeof(LsmDatabase));

    public void ThrowIfUnwritable()
    {
        ThrowIfClosed();
        if (IsReadOnly)
            throw new StorageException(StorageErrorKind.ReadOnly, $"{Directory} was opened for reading only", Directory);
        if (Poison is { } poison)
        {
            throw new StorageException(
                StorageErrorKind.Poisoned, $"{Directory} takes no more writes after an earlier failure: {poison.Message}", Directory, poison);
        }
    }

    /// <summary>
    /// Refuses writes from now on. After a failed sync nothing is known of what the disk has, and a second sync that
    /// succeeds proves nothing: the system may have dropped the pages it could not write.
    /// </summary>
    public void SetPoison(StorageException cause)
    {
        Interlocked.CompareExchange(ref _poison, cause, null);
        lock (StateLock)
            PulseStateUnsynchronized();
    }

    public void ReportError(string operation, Exception exception) => Options.Events?.OnBackgroundError(operation, exception);

    public TableBuilderOptions BuilderOptions(ColumnFamilyOptions family, bool bottom) => new(
        family.BlockSize,
        PartitionBlocks: 1024,
        bottom ? family.BottomCompression ?? family.Compression : family.Compression,
        family.UseFilters,
        Options.TimeProvider.GetUtcNow(),
        Throttle.IsLimited ? Throttle.Wait : null);

    public ulong NewFileNumberUnsynchronized() => State.NextFile++;

    public ulong NewFileNumber()
    {
        lock (ManifestLock)
            return NewFileNumberUnsynchronized();
    }

    public static Memtable NewMemtable(ColumnFamilyOptions options, long atLeast, ulong log) =>
        new(Math.Max(options.WriteBufferSize, atLeast) + 4096, log);

    /// <summary>
    /// Makes an edit of one family's tables durable and puts the version that follows in force. Everything the edit adds
    /// is durable already; everything it removes is deleted when its last reader is done.
    /// </summary>
    public void CommitEdit(FamilyCore family, VersionEdit edit, IReadOnlyCollection<Memtable> flushed)
    {
        ulong[] deadLogs;
        lock (ManifestLock)
        {
            edit.NextFile = State.NextFile;
            edit.LastSequence = Math.Max(State.LastSequence, Snapshots.Visible);
            foreach (var memtable in flushed)
                edit.LastSequence = Math.Max(edit.LastSequence.Value, memtable.MaxSequence);
            deadLogs = flushed.Count > 0 ? AddDeadLogs(family, edit, flushed) : [];
            CommitToManifestUnsynchronized(edit);
            lock (StateLock)
            {
                if (family.IsDropped)
                    return;
                var version = Apply(family.Version, family.Id, edit);
                family.InstallVersionUnsynchronized(version, flushed);
                PulseStateUnsynchronized();
            }
        }

        DeleteLogs(deadLogs);
    }

    /// <summary>
    /// Writes an edit. Failing to make room has no effect and may be tried again; a failure after that poisons, for the
    /// manifest's end is then unknown. Nobody writes behind such an end: a log that an edit of unknown fate names would
    /// stand unfinished between two that hold writes.
    /// </summary>
    public void CommitToManifestUnsynchronized(VersionEdit edit)
    {
        if (Poison is { } poison)
            throw new StorageException(StorageErrorKind.Poisoned, poison.Message, Directory, poison);
        Manifest!.Reserve(edit);
        try
        {
            Manifest.Commit(edit);
        }
        catch (StorageException e)
        {
            SetPoison(e);
            throw;
        }
    }

    public void DeleteLogs(IEnumerable<ulong> logs)
    {
        foreach (var log in logs)
        {
            LogRetired?.Invoke(log);
            Progress!.Release(log);
            try
            {
                System.Delete(FileNames.Log(Directory, log));
            }
            catch (StorageException e)
            {
                ReportError("delete a log that is not needed any more", e);
            }
        }
    }

    /// <summary>The last failure of a background job and how many there were; guarded by the state lock.</summary>
    public (StorageException? Last, long Count) BackgroundFailures { get; private set; }

    /// <summary>Notes that a background job failed for a reason that may pass, for those who wait for it.</summary>
    public void CountBackgroundFailure(StorageException failure)
    {
        lock (StateLock)
        {
            BackgroundFailures = (failure, BackgroundFailures.Count + 1);
            PulseStateUnsynchronized();
        }
    }

    /// <summary>Throws if a background job failed since there were <paramref name="seen"/> failures. The state lock is held.</summary>
    public void ThrowIfBackgroundFailed(long seen)
    {
        if (BackgroundFailures is { Last: { } failure, Count: var count } && count > seen)
            throw new StorageException(failure.Kind, $"a flush or compaction that this waits for failed: {failure.Message}", Directory, failure);
    }

    /// <summary>Called with the number of a log whose file is about to be deleted.</summary>
    public Action<ulong>? LogRetired { get; set; }

    // The family's own edit says from which log on it is needed; logs below the least over all families are dead.
    private ulong[] AddDeadLogs(FamilyCore family, VersionEdit edit, IReadOnlyCollection<Memtable> flushed)
    {
        lock (StateLock)
        {
            var own = family.Immutables.Where(m => !flushed.Contains(m)).Select(m => m.Log).Append(family.Active.Log).Min();
            edit.FamilyLogs.Add((family.Id, own));
            var least = LiveFamilies.Where(f => f != family).Select(f => f.OldestLog).Append(own).Min();
            edit.LogsDeleted.AddRange(State.Logs.Where(l => l < least));
            return edit.LogsDeleted.ToArray();
        }
    }

    private Version Apply(Version version, uint family, VersionEdit edit)
    {
        var levels = version.Levels.Select(l => l.ToList()).ToArray();
        var moved = new Dictionary<ulong, TableFile>();
        foreach (var (id, level, number) in edit.Removed)
        {
            if (id != family)
                continue;
            var index = levels[level].FindIndex(f => f.Metadata.Number == number);
            moved[number] = levels[level][index];
            levels[level].RemoveAt(index);
        }

        foreach (var (id, level, table) in edit.Added)
        {
            if (id != family)
                continue;
            // A table that only changes its level keeps its open file and cached blocks.
            if (!moved.Remove(table.Number, out var file))
                file = new TableFile(table, Tables);
            levels[level].Add(file);
        }

        foreach (var file in moved.Values)
            file.IsObsolete = true;
        return new Version(levels.Select((l, i) => Sort(l, i)).ToArray());
    }

    public static TableFile[] Sort(List<TableFile> files, int level)
    {
        if (level == 0)
            files.Sort(static (a, b) => CompareAge(b.Metadata, a.Metadata));
        else
            files.Sort(static (a, b) => KeyOrder.Compare(a.Metadata.Smallest, b.Metadata.Smallest));
        return files.ToArray();
    }

    private static int CompareAge(TableMetadata a, TableMetadata b) =>
        a.MaxSequence != b.MaxSequence ? a.MaxSequence.CompareTo(b.MaxSequence) : a.Number.CompareTo(b.Number);
}
