using System.Buffers;
using System.Text;
using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Epochs;
using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm;

/// <summary>
/// An embedded ordered key-value store: a log-structured merge tree in a directory, open in one process at a time.
/// Keys and values are bytes; keys are ordered bytewise.
/// </summary>
/// <remarks>
/// <para>Safe for any number of threads. Every write that was answered survives the death of the process from then on; it
/// survives a power failure as <see cref="LsmOptions.SyncPolicy"/> or <see cref="WriteOptions.Sync"/> say. Damage to a file is
/// reported as <see cref="CorruptionException"/>, never answered as data or absence.</para>
/// <para>Reads and writes through spans allocate nothing.</para>
/// </remarks>
public sealed unsafe partial class LsmDatabase : IDisposable, IAsyncDisposable
{
    [ThreadStatic]
    private static WriteBatch? t_batch;

    private readonly DatabaseCore _core;
    private readonly CommitPipeline? _commits;
    private readonly BackgroundWork? _background;
    private readonly DirectoryLock? _lock;
    private readonly Lock _closeLock = new();
    private SecondaryView? _secondary;

    private LsmDatabase(DatabaseCore core, CommitPipeline? commits, DirectoryLock? directoryLock, RecoveryReport recovery)
    {
        _core = core;
        _commits = commits;
        _lock = directoryLock;
        Recovery = recovery;
        DefaultFamily = new ColumnFamily(core.Family(0)!);
        if (commits is not null)
            _background = new BackgroundWork(core, commits);
        LsmMeter.Add(core);
        core.Options.Events?.OnRecovered(recovery);
    }

    /// <summary>The directory.</summary>
    public string Path => _core.Directory;

    /// <summary>What opening found in the logs.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>The family that operations without a family use.</summary>
    public ColumnFamily DefaultFamily { get; }

    /// <summary>Whether the database was opened for reading only.</summary>
    public bool IsReadOnly => _core.IsReadOnly;

    internal DatabaseCore Core => _core;

    /// <summary>Opens a database for reading and writing, creating it if it is not there.</summary>
    /// <param name="path">The directory; created if need be.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="StorageException">The files cannot be used: <see cref="StorageErrorKind.Busy"/> when another process or
    /// object has the database open.</exception>
    /// <exception cref="CorruptionException">A file needed for opening is damaged or missing.</exception>
    public static LsmDatabase Open(string path, LsmOptions? options = null)
    {
        var copy = Prepare(ref path, options);
        var core = new DatabaseCore(path, copy, readOnly: false);
        if (!copy.FileSystem.DirectoryExists(path))
        {
            if (!copy.CreateIfMissing)
                throw new StorageException(StorageErrorKind.NotFound, $"open {path}: no such directory, and CreateIfMissing is off", path);
            copy.FileSystem.CreateDirectory(path);
        }

        var directoryLock = DirectoryLock.Take(copy.FileSystem, path, exclusive: true);
        try
        {
            var recovery = new Recovery(core);
            var commits = recovery.OpenForWriting();
            return new LsmDatabase(core, commits, directoryLock, recovery.Report);
        }
        catch
        {
            foreach (var family in core.LiveFamilies)
                family.Dispose();
            core.Manifest?.Dispose();
            core.Progress?.Dispose();
            directoryLock?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a database for reading only; no byte on disk is changed, and no process may have it open for writing.</summary>
    /// <inheritdoc cref="Open"/>
    public static LsmDatabase OpenReadOnly(string path, LsmOptions? options = null)
    {
        var copy = Prepare(ref path, options);
        if (!copy.FileSystem.DirectoryExists(path))
            throw new StorageException(StorageErrorKind.NotFound, $"open {path}: no such directory", path);
        var core = new DatabaseCore(path, copy, readOnly: true);
        var directoryLock = DirectoryLock.Take(copy.FileSystem, path, exclusive: false);
        try
        {
            var recovery = new Recovery(core);
            recovery.OpenForReading();
            return new LsmDatabase(core, null, directoryLock, recovery.Report);
        }
        catch
        {
            directoryLock?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens a database for reading that another process may have open for writing; no lock is taken and no byte on disk is
    /// changed. It shows the state of the last <see cref="CatchUp"/>: a prefix of the writer's history, which ends at the latest
    /// acknowledged write. It has no snapshots (the writer's compactions do not know of them); an iterator holds its state.
    /// </summary>
    /// <inheritdoc cref="Open"/>
    public static LsmDatabase OpenSecondary(string path, LsmOptions? options = null)
    {
        var copy = Prepare(ref path, options);
        if (!copy.FileSystem.DirectoryExists(path))
            throw new StorageException(StorageErrorKind.NotFound, $"open {path}: no such directory", path);
        var core = new DatabaseCore(path, copy, readOnly: true);
        var secondary = new SecondaryView(core);
        secondary.Load();
        return new LsmDatabase(core, null, null, new RecoveryReport()) { _secondary = secondary };
    }

    /// <summary>Moves a secondary to what the writer has acknowledged by now. O(tables + log).</summary>
    /// <returns>Whether there was anything new.</returns>
    /// <exception cref="InvalidOperationException">The database is not a secondary.</exception>
    /// <exception cref="CorruptionException">A file is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public bool CatchUp()
    {
        if (_secondary is not { } secondary)
            throw new InvalidOperationException($"{Path} was not opened with OpenSecondary");
        lock (_closeLock)
        {
            _core.ThrowIfClosed();
            var before = secondary.LastSequence;
            secondary.Load();
            return secondary.LastSequence != before;
        }
    }

    /// <summary>Sets a key's value.</summary>
    /// <param name="key">At most <see cref="WriteBatch.MaxKeyLength"/> bytes; the empty key is a key like any other.</param>
    /// <param name="value">At most <see cref="WriteBatch.MaxValueLength"/> bytes.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">Key or value is too long.</exception>
    /// <exception cref="StorageException">The write failed; unless the kind is <see cref="StorageErrorKind.Poisoned"/>
    /// nothing has changed and writing may be tried again.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, WriteOptions options = default) =>
        WriteOne(_core.Family(0)!, EntryKind.Put, key, value, options);

    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions)"/>
    public void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, WriteOptions options = default) =>
        WriteOne(CheckFamily(family), EntryKind.Put, key, value, options);

    /// <summary>As <see cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions)"/>, with text as UTF-8.</summary>
    public void Put(string key, string value, WriteOptions options = default) =>
        Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), options);

    /// <summary>Removes a key; nothing happens if it is not there.</summary>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions)"/>
    public void Delete(ReadOnlySpan<byte> key, WriteOptions options = default) =>
        WriteOne(_core.Family(0)!, EntryKind.Delete, key, default, options);

    /// <inheritdoc cref="Delete(ReadOnlySpan{byte}, WriteOptions)"/>
    public void Delete(ColumnFamily family, ReadOnlySpan<byte> key, WriteOptions options = default) =>
        WriteOne(CheckFamily(family), EntryKind.Delete, key, default, options);

    /// <summary>As <see cref="Delete(ReadOnlySpan{byte}, WriteOptions)"/>, with text as UTF-8.</summary>
    public void Delete(string key, WriteOptions options = default) => Delete(Encoding.UTF8.GetBytes(key), options);

    /// <summary>Removes all keys in [<paramref name="begin"/>, <paramref name="end"/>), however many, in one write.</summary>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions)"/>
    public void DeleteRange(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, WriteOptions options = default) =>
        DeleteRange(DefaultFamily, begin, end, options);

    /// <inheritdoc cref="DeleteRange(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions)"/>
    public void DeleteRange(ColumnFamily family, ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, WriteOptions options = default)
    {
        CheckFamily(family);
        var batch = RentBatch();
        batch.DeleteRange(family, begin, end);
        Write(batch, options);
    }

    /// <summary>Gives the family's merge operator an operand, without reading the value.</summary>
    /// <exception cref="InvalidOperationException">The family has no merge operator.</exception>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions)"/>
    public void Merge(ReadOnlySpan<byte> key, ReadOnlySpan<byte> operand, WriteOptions options = default) =>
        Merge(DefaultFamily, key, operand, options);

    /// <inheritdoc cref="Merge(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions)"/>
    public void Merge(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> operand, WriteOptions options = default)
    {
        if (CheckFamily(family).Options.MergeOperator is null)
            throw new InvalidOperationException($"column family '{family.Name}' has no merge operator");
        WriteOne(family.Core, EntryKind.Merge, key, operand, options);
    }

    /// <summary>Makes all writes of a batch, or none, across a crash too.</summary>
    /// <param name="batch">The batch; it can be cleared and used again.</param>
    /// <param name="options">How.</param>
    /// <exception cref="InvalidOperationException">A family of the batch was dropped.</exception>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions)"/>
    public void Write(WriteBatch batch, WriteOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Writable().Write(batch, MustSync(options));
    }

    /// <summary>Makes everything written before the call outlive a power failure.</summary>
    /// <exception cref="StorageException">The sync failed; the database takes no more writes then.</exception>
    public void Sync() => Writable().SyncAll();

    /// <summary>Reads a value into a new array, or null if the key is absent.</summary>
    /// <exception cref="CorruptionException">A table on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public byte[]? Get(ReadOnlySpan<byte> key, ReadOptions? options = null) => Get(DefaultFamily, key, options);

    /// <inheritdoc cref="Get(ReadOnlySpan{byte}, ReadOptions?)"/>
    public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key, ReadOptions? options = null)
    {
        using var pinned = GetPinned(family, key, options);
        return pinned.Found ? pinned.Value.ToArray() : null;
    }

    /// <summary>As <see cref="Get(ReadOnlySpan{byte}, ReadOptions?)"/>, with text as UTF-8.</summary>
    public string? GetString(string key, ReadOptions? options = null)
    {
        using var pinned = GetPinned(DefaultFamily, Encoding.UTF8.GetBytes(key), options);
        return pinned.Found ? Encoding.UTF8.GetString(pinned.Value) : null;
    }

    /// <summary>Reads a value into a buffer; allocates nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="destination">Where the value goes, as far as it has room.</param>
    /// <param name="options">How, or null.</param>
    /// <returns>The length of the value, which may exceed the buffer's; -1 if the key is absent.</returns>
    /// <exception cref="CorruptionException">A table on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public int Get(ReadOnlySpan<byte> key, Span<byte> destination, ReadOptions? options = null) =>
        Get(_core.Family(0)!, key, destination, options);

    /// <inheritdoc cref="Get(ReadOnlySpan{byte}, Span{byte}, ReadOptions?)"/>
    public int Get(ColumnFamily family, ReadOnlySpan<byte> key, Span<byte> destination, ReadOptions? options = null) =>
        Get(CheckFamily(family), key, destination, options);

    /// <summary>Reads a value into a buffer writer.</summary>
    /// <returns>Whether the key is there.</returns>
    /// <inheritdoc cref="Get(ReadOnlySpan{byte}, ReadOptions?)"/>
    public bool TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination, ReadOptions? options = null) =>
        TryGet(DefaultFamily, key, destination, options);

    /// <inheritdoc cref="TryGet(ReadOnlySpan{byte}, IBufferWriter{byte}, ReadOptions?)"/>
    public bool TryGet(ColumnFamily family, ReadOnlySpan<byte> key, IBufferWriter<byte> destination, ReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var pinned = GetPinned(family, key, options);
        if (pinned.Found)
            destination.Write(pinned.Value);
        return pinned.Found;
    }

    /// <summary>Whether a key is there.</summary>
    /// <inheritdoc cref="Get(ReadOnlySpan{byte}, ReadOptions?)"/>
    public bool Contains(ReadOnlySpan<byte> key, ReadOptions? options = null) => Get(key, default, options) >= 0;

    /// <summary>Reads a value in place; dispose the result soon.</summary>
    /// <inheritdoc cref="Get(ReadOnlySpan{byte}, ReadOptions?)"/>
    public PinnedValue GetPinned(ReadOnlySpan<byte> key, ReadOptions? options = null) => GetPinned(DefaultFamily, key, options);

    /// <inheritdoc cref="GetPinned(ReadOnlySpan{byte}, ReadOptions?)"/>
    public PinnedValue GetPinned(ColumnFamily family, ReadOnlySpan<byte> key, ReadOptions? options = null)
    {
        var core = CheckFamily(family);
        CheckSnapshot(options);
        var thread = Epoch.Enter();
        try
        {
            var view = core.Current;
            var sequence = options?.Snapshot?.Sequence ?? _core.Snapshots.Visible;
            fixed (byte* p = key)
            {
                var lookup = new PointLookup(view, p, key.Length, sequence);
                if (!lookup.TryFind(options?.FillCache ?? true))
                    return default;
                var value = new ReadOnlySpan<byte>(lookup.Value, lookup.ValueLength);
                switch (Trailer.Kind(lookup.Trailer))
                {
                    case EntryKind.Put:
                        break;
                    case EntryKind.PutUntil when Expiry.TryStrip(value, _core.NowMilliseconds, out var live):
                        value = live;
                        break;
                    case EntryKind.Merge:
                        var merged = MergeResolver.Resolve(core, view, key, sequence, _core.NowMilliseconds);
                        return new PinnedValue(null, null, merged, merged is not null);
                    default:
                        return default;
                }

                if (lookup.Frame != null)
                {
                    Caching.BlockFrame.Pin(lookup.Frame);
                    return new PinnedValue(null, lookup.Frame, value, found: true);
                }

                view.AddReference();
                return new PinnedValue(view, null, value, found: true);
            }
        }
        finally
        {
            Epoch.Exit(thread);
        }
    }

    /// <summary>An iterator over the default family; it stands nowhere until it is moved.</summary>
    /// <param name="options">Bounds and snapshot, or null.</param>
    public LsmIterator NewIterator(ReadOptions? options = null) => NewIterator(DefaultFamily, options);

    /// <summary>An iterator over a family; it stands nowhere until it is moved.</summary>
    /// <param name="family">The family.</param>
    /// <param name="options">Bounds and snapshot, or null.</param>
    /// <exception cref="CorruptionException">A table is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public LsmIterator NewIterator(ColumnFamily family, ReadOptions? options = null)
    {
        var core = CheckFamily(family);
        CheckSnapshot(options);
        return new LsmIterator(_core, core, options ?? new ReadOptions());
    }

    /// <summary>The keys that start with a prefix, with their values, copied; for small results and examples.</summary>
    /// <param name="prefix">The prefix; empty for everything.</param>
    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(ReadOnlySpan<byte> prefix) => Scan(ReadOptions.ForPrefix(prefix));

    /// <summary>The keys within bounds, with their values, copied.</summary>
    /// <param name="options">Bounds and snapshot.</param>
    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(ReadOptions options)
    {
        using var iterator = NewIterator(options);
        for (var valid = iterator.SeekToFirst(); valid; valid = iterator.Next())
            yield return new KeyValuePair<byte[], byte[]>(iterator.Key.ToArray(), iterator.Value.ToArray());
    }

    /// <summary>Holds on to the state of now.</summary>
    /// <exception cref="InvalidOperationException">The database is a secondary.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public Snapshot CreateSnapshot()
    {
        _core.ThrowIfClosed();
        if (_secondary is not null)
            throw new InvalidOperationException("a secondary has no snapshots: the writer's compactions would not keep what they see");
        return _core.Snapshots.Create();
    }

    /// <summary>
    /// Closes the database: background work ends, the log is made durable. Iterators, snapshots and pinned values must be
    /// disposed before.
    /// </summary>
    /// <exception cref="StorageException">The last sync failed.</exception>
    public void Dispose()
    {
        lock (_closeLock)
        {
            if (_core.IsClosed)
                return;
            // With the commit lock: no writer is between its log and its memtable.
            lock (_core.CommitLock)
                _core.Close();
        }

        LsmMeter.Remove(_core);
        _background?.Dispose();
        _commits?.StopSyncing();
        try
        {
            CloseLogs();
        }
        finally
        {
            foreach (var family in _core.LiveFamilies)
                family.Dispose();
            Epoch.Collect();
            _commits?.Dispose();
            _core.Manifest?.Dispose();
            _core.Progress?.Dispose();
            _lock?.Dispose();
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static LsmOptions Prepare(ref string path, LsmOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var copy = (options ?? new LsmOptions()).CopyAndValidate();
        path = System.IO.Path.GetFullPath(path);
        if (path.Length > 1)
            path = path.TrimEnd(System.IO.Path.DirectorySeparatorChar);
        return copy;
    }

    private static WriteBatch RentBatch()
    {
        var batch = t_batch ??= new WriteBatch();
        batch.Clear();
        return batch;
    }

    private void CloseLogs()
    {
        if (_commits is null || _core.Poison is not null)
            return;
        foreach (var log in _commits.Logs)
        {
            log.Sync();
            log.Trim();
        }

        _core.Manifest!.Trim();
        // The words are durable last: at the next boot they vouch for logs that are.
        _core.Progress!.Sync();
    }

    private int Get(FamilyCore family, ReadOnlySpan<byte> key, Span<byte> destination, ReadOptions? options)
    {
        _core.ThrowIfClosed();
        if (options is not null)
            CheckSnapshot(options);
        var thread = Epoch.Enter();
        try
        {
            var view = family.Current;
            var sequence = options?.Snapshot?.Sequence ?? _core.Snapshots.Visible;
            fixed (byte* p = key)
            {
                var lookup = new PointLookup(view, p, key.Length, sequence);
                if (!lookup.TryFind(options is null || options.FillCache))
                    return -1;
                var value = new ReadOnlySpan<byte>(lookup.Value, lookup.ValueLength);
                switch (Trailer.Kind(lookup.Trailer))
                {
                    case EntryKind.Put:
                        break;
                    case EntryKind.PutUntil when Expiry.TryStrip(value, _core.NowMilliseconds, out var live):
                        value = live;
                        break;
                    case EntryKind.Merge:
                        var merged = MergeResolver.Resolve(family, view, key, sequence, _core.NowMilliseconds);
                        if (merged is null)
                            return -1;
                        value = merged;
                        break;
                    default:
                        return -1;
                }

                value[..Math.Min(value.Length, destination.Length)].CopyTo(destination);
                return value.Length;
            }
        }
        finally
        {
            Epoch.Exit(thread);
        }
    }

    private void WriteOne(FamilyCore family, EntryKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, WriteOptions options)
    {
        var commits = Writable();
        commits.Write(FillBatch(family, kind, key, value, options), MustSync(options));
    }

    private WriteBatch FillBatch(FamilyCore family, EntryKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, WriteOptions options)
    {
        var batch = RentBatch();
        var lifetime = options.TimeToLive ?? family.Options.TimeToLive;
        if (kind == EntryKind.Put && lifetime is { } span)
            batch.AddUntil(family.Id, key, value, _core.NowMilliseconds + (ulong)Math.Max(0, span.TotalMilliseconds));
        else
            batch.Add(family.Id, kind, key, value);
        return batch;
    }

    private CommitPipeline Writable()
    {
        _core.ThrowIfUnwritable();
        return _commits!;
    }

    private bool MustSync(WriteOptions options) =>
        options.Sync ?? _core.Options.SyncPolicy is LogSyncPolicy.Group or LogSyncPolicy.EveryWrite;

    private FamilyCore CheckFamily(ColumnFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        _core.ThrowIfClosed();
        if (!ReferenceEquals(_core.Family(family.Id), family.Core))
            throw new ArgumentException($"column family '{family.Name}' is not of this database, or was dropped", nameof(family));
        return family.Core;
    }

    private void CheckSnapshot(ReadOptions? options)
    {
        if (options?.Snapshot is not { } snapshot)
            return;
        ObjectDisposedException.ThrowIf(snapshot.IsDisposed, snapshot);
        if (!ReferenceEquals(snapshot.Owner, _core.Snapshots))
            throw new ArgumentException("the snapshot is of another database", nameof(options));
    }
}
