using Gabbro.Storage.BTree.Log;
using Gabbro.Storage.BTree.Pages;
using Gabbro.Storage.BTree.Shared;
using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>One opening of a database: its files, its place among the connected processes, its locks.</summary>
internal sealed unsafe partial class Connection : IDisposable
{
    private readonly BTreeOptions _options;
    private readonly IStorageFileSystem _system;
    private readonly Lock _files = new();
    private readonly List<DatabaseFile> _retired = [];
    private readonly IStorageFile _lockFile;
    private IStorageMapping _lockMapping = null!;
    private volatile DatabaseFile _file = null!;
    private LogFile? _log;
    private ulong _tableCapacity;
    private long _tableAllocated;
    private bool _disposed;

    private Connection(IStorageFileSystem system, string path, BTreeOptions options)
    {
        _system = system;
        _options = options;
        Path = path;
        if (!system.FileExists(path) && (!options.CreateIfMissing || options.ReadOnly))
            throw new StorageException(StorageErrorKind.NotFound, $"open {path}: no such file", path);
        _lockFile = OpenLockFile();
        try
        {
            Connect();
            Readers = new ReaderSeats(this);
            WriterLock = new SharedMutex(Shared, Processes, SharedLayout.WriterWord, SharedLayout.NextWriter);
            CheckpointLock = new SharedMutex(Shared, Processes, SharedLayout.CheckpointWord, nextOffset: -1);
            Sync = new GroupSync(this);
            AsyncCommits = new AsyncCommits(this);
            Session = new WriteSession(this);
            BTreeMetrics.Register(this);
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    public string Path { get; }

    public BTreeOptions Options => _options;

    public IStorageFileSystem System => _system;

    public SharedState Shared { get; private set; } = null!;

    public ProcessTable Processes { get; private set; } = null!;

    public ReaderSeats Readers { get; }

    public SharedMutex WriterLock { get; }

    public SharedMutex CheckpointLock { get; }

    public GroupSync Sync { get; }

    public AsyncCommits AsyncCommits { get; }

    public WriteSession Session { get; }

    public EngineCounters Counters { get; } = new();

    public bool IsWritable => !_options.ReadOnly;

    /// <summary>The incarnation of the file this process used last.</summary>
    public DatabaseFile File => _file;

    public string LogPath => Path + "-wal";

    public string LockPath => Path + "-lock";

    /// <summary>The log; opened or made when first needed, under the writer's lock.</summary>
    public LogFile Log => _log ?? OpenLog();

    public static Connection Open(IStorageFileSystem system, string path, BTreeOptions options) =>
        new(system, global::System.IO.Path.GetFullPath(path), options);

    /// <summary>Whether a file of the database was truncated while this connection had it mapped.</summary>
    public bool IsLost => Shared.IsLost || File.Pages.IsLost || (_log?.IsLost ?? false);

    /// <summary>Before anything that was read from or written to a mapping is acted on.</summary>
    /// <exception cref="CorruptionException">A file was truncated under its mapping.</exception>
    public void ThrowIfLost()
    {
        if (Shared.IsLost)
            throw new CorruptionException(LockPath, _lockFile.Length, "the lock file was cut short while the database was open; close and open it again");
        File.Pages.ThrowIfLost();
        _log?.ThrowIfLost();
    }

    public void ThrowIfPoisoned()
    {
        ThrowIfLost();
        if (Volatile.Read(ref Shared.Poisoned) == 0)
            return;
        throw new StorageException(
            StorageErrorKind.Poisoned,
            $"write {Path}: an earlier sync failed and what is durable is unknown; every process must close the database and open it again",
            Path);
    }

    public void Poison() => Volatile.Write(ref Shared.Poisoned, 1);

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, typeof(BTreeDatabase));

    /// <summary>The file of a generation, opening the newer incarnation if a vacuum has made one; null if that is past.</summary>
    public DatabaseFile? FileOf(ulong generation)
    {
        var file = _file;
        if (file.Generation == generation)
            return file;
        lock (_files)
        {
            if (_file.Generation == generation)
                return _file;
            if (_file.Generation > generation)
                return null;
            var opened = DatabaseFile.Open(_system, Path, IsWritable, _options.MapCapacity, out var meta);
            if (meta.Generation < generation || !opened.Handle.TryLock(LockBytes.Membership, 1, exclusive: false))
            {
                opened.Dispose();
                throw new CorruptionException(
                    Path, 24, $"expected incarnation {generation} of the file, found {meta.Generation}: it was replaced from outside");
            }

            SwitchToUnsynchronized(opened);
            return opened.Generation == generation ? opened : null;
        }
    }

    /// <summary>Makes sure that pages below a number exist in file and page table.</summary>
    public void EnsurePages(DatabaseFile file, ulong count)
    {
        if (count > _tableCapacity)
            throw new StorageException(StorageErrorKind.NoSpace, $"grow {Path}: the page table has no room for {count} pages", Path);
        EnsureTable(count);
        file.EnsurePages(count);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        BTreeMetrics.Unregister(this);
        StopCheckpoints();
        AsyncCommits.Dispose();
        Session.RollBackIfActive();
        Leave();
    }

    private void SwitchToUnsynchronized(DatabaseFile opened)
    {
        _retired.Add(_file);
        _file = opened;
        Interlocked.MemoryBarrier();
        // Old incarnations stay mapped while a reader of this process is on one.
        for (var i = _retired.Count - 1; i >= 0; i--)
        {
            if (Readers.Uses(_retired[i]))
                continue;
            _retired[i].Dispose();
            _retired.RemoveAt(i);
        }
    }

    private void EnsureTable(ulong pages)
    {
        var needed = SharedLayout.PageTable + ((long)pages * PageEntry.Size);
        if (needed <= _tableAllocated)
            return;
        _tableAllocated = _lockFile.Length;
        if (needed <= _tableAllocated)
            return;
        var target = (needed + SharedLayout.PageTableStep - 1) / SharedLayout.PageTableStep * SharedLayout.PageTableStep;
        target = Math.Min(Math.Max(target, _tableAllocated + (_tableAllocated / 8)), _lockMapping.Length);
        _lockFile.Preallocate(target);
        _tableAllocated = target;
    }

    private LogFile OpenLog()
    {
        lock (_files)
        {
            if (_log != null)
                return _log;
            if (Volatile.Read(ref Shared.LogReady) == 0)
                throw new InvalidOperationException("The log is made by the first write transaction.");
            return _log = LogFile.Open(_system, LogPath, File.Pages.Salt, IsWritable);
        }
    }

    /// <summary>Before the first record of a session: a log that is durable by name, and a meta record that says so.</summary>
    public void EnsureLogReadyUnsynchronized(in DatabaseVersion version)
    {
        if (Shared.LogReady != 0)
            return;
        lock (_files)
        {
            _log?.Dispose();
            _log = null;
            KillPoint.Here();
            _log = LogFile.Create(_system, LogPath, File.Pages.Salt, (ulong)_options.LogCapacity, version.LogEnd);
        }

        // Until this is durable the database says "clean, no log", which is still true.
        var meta = File.ReadNewestMeta(out var slot);
        meta.Flags &= ~MetaRecord.CleanFlag;
        meta.Sequence++;
        WriteMetas(meta, slot);
        KillPoint.Here();
        Volatile.Write(ref Shared.LogReady, 1);
        KillPoint.Here();
    }

    // The other place first; only when it is durable may the place that held the last one be overwritten.
    private void WriteMetas(in MetaRecord meta, int lastSlot)
    {
        KillPoint.Here();
        File.WriteMeta(1 - lastSlot, meta);
        KillPoint.Here();
        SyncFile();
        KillPoint.Here();
        // The slot first: a sequence behind the file's makes a repair read both again.
        Shared.MetaSlot = 1 - lastSlot;
        KillPoint.Here();
        Shared.MetaSequence = meta.Sequence;
        KillPoint.Here();
        File.WriteMeta(lastSlot, meta);
        KillPoint.Here();
    }

    private void SyncFile()
    {
        try
        {
            File.Sync();
            // What was written behind the end of a file that somebody cut short is nowhere.
            ThrowIfLost();
        }
        catch (StorageException)
        {
            Poison();
            throw;
        }
    }
}
