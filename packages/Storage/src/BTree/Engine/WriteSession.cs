using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Log;
using Gabbro.Storage.BTree.Pages;
using Gabbro.Storage.BTree.Shared;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>The one write transaction a process can have running; reused, so that a commit allocates nothing.</summary>
/// <remarks>Every member but the constructor is called by the holder of the writer's lock, or while nobody else is connected.</remarks>
internal sealed unsafe partial class WriteSession : IDisposable
{
    private readonly Connection _connection;
    private readonly PageAllocator _allocator;
    private readonly LogBuffer _log = new();
    private readonly List<SavepointState> _savepoints = [];
    private TreeWriter? _writer;
    private DatabaseFile _file = null!;
    private DatabaseVersion _base;
    private TreeRoot _catalog;
    private OpenTree[] _trees = new OpenTree[4];
    private int _treeCount;
    private uint _nextTree;
    private int _savepointIdentity;
    private bool _isBulk;

    public WriteSession(Connection connection)
    {
        _connection = connection;
        _allocator = new PageAllocator(connection);
    }

    /// <summary>Whether a transaction runs.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Why the transaction can only be rolled back, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Counts transactions; a handle with an older number has ended.</summary>
    public int Stamp { get; private set; }

    /// <summary>Counts changes; a cursor with an older number must look again.</summary>
    public int Changes { get; private set; }

    /// <summary>The managed thread that began the transaction.</summary>
    public int OwnerThread { get; private set; }

    public PageSpace Pages => _file.Pages;

    public ulong Transaction => _allocator.Transaction;

    private SharedState Shared => _connection.Shared;

    /// <summary>Waits for the writer's lock and starts from the newest applied version.</summary>
    /// <exception cref="StorageException">The wait took too long, would never end, or the database is poisoned.</exception>
    public void Begin(TimeSpan timeout)
    {
        _connection.ThrowIfPoisoned();
        _connection.EnsureLogRoom();
        var contended = false;
        if (!_connection.WriterLock.TryAcquire(out var ownerDied))
        {
            contended = true;
            WriterWaits.Enter(this, _connection);
            try
            {
                if (!_connection.WriterLock.Acquire(timeout, out ownerDied))
                    throw Busy(timeout);
            }
            finally
            {
                WriterWaits.Leave();
            }
        }

        OwnerThread = Environment.CurrentManagedThreadId;
        try
        {
            if (contended)
                Shared.WriterContentions++;
            if (ownerDied)
                _connection.RepairUnsynchronized();
            _connection.ThrowIfPoisoned();
            BeginInternal();
            _connection.EnsureLogReadyUnsynchronized(_base);
            if (_connection.Log.Appended != _base.LogEnd)
                _connection.Log.SetAppended(_base.LogEnd);
            // The ring of versions must not lap what readers may still look up.
            if (Transaction - Volatile.Read(ref Shared.Visible) > SharedLayout.VersionCount / 2)
                SyncAllUnsynchronized();
        }
        catch
        {
            IsActive = false;
            Shared.InProgress = 0;
            OwnerThread = 0;
            _connection.WriterLock.Release();
            throw;
        }
    }

    /// <summary>Starts without taking the lock: for replay, checkpoints and vacuum, whose caller holds what is needed.</summary>
    public void BeginInternal()
    {
        DatabaseVersion version;
        while (!Shared.TryReadVersion(Shared.Applied, out version))
            Thread.SpinWait(1);
        var file = _connection.FileOf(version.Generation)
            ?? throw new CorruptionException(_connection.Path, 24, $"expected incarnation {version.Generation} of the file");
        if (!ReferenceEquals(file, _file))
        {
            _writer?.Dispose();
            _file = file;
            _writer = new TreeWriter(file.Pages, _allocator);
        }

        _base = version;
        var transaction = ++Shared.LastTransaction;
        KillPoint.Here();
        Volatile.Write(ref Shared.InProgress, transaction);
        KillPoint.Here();
        _allocator.Begin(transaction, version, file);
        _catalog = version.Catalog;
        _nextTree = version.NextTree;
        _trees[0] = new OpenTree { Name = [], Root = version.Main };
        _treeCount = 1;
        _log.Reset();
        _isBulk = false;
        _savepoints.Clear();
        Failure = null;
        IsActive = true;
        Stamp++;
    }

    public ref OpenTree Tree(int index) => ref _trees[index];

    public bool Put(int tree, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ThrowIfFailed();
        // A span out of this very file may lie in a page that the insertion moves: such bytes are copied first.
        if (Overlaps(key) || Overlaps(value))
            return Put(tree, key.ToArray(), value.ToArray());
        Changes++;
        ref var open = ref _trees[tree];
        try
        {
            bool isNew;
            fixed (byte* k = &MemoryMarshal.GetReference(key))
                isNew = _writer!.Put(ref open.Root, k, key.Length, value);
            open.IsChanged = true;
            if (!_isBulk)
                Log(LogOperation.Put, open.Number, key, value);
            return isNew;
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
    }

    public bool Delete(int tree, ReadOnlySpan<byte> key)
    {
        ThrowIfFailed();
        if (Overlaps(key))
            return Delete(tree, key.ToArray());
        ref var open = ref _trees[tree];
        try
        {
            bool found;
            fixed (byte* k = &MemoryMarshal.GetReference(key))
                found = _writer!.Delete(ref open.Root, k, key.Length);
            if (!found)
                return false;
            Changes++;
            open.IsChanged = true;
            if (!_isBulk)
                Log(LogOperation.Delete, open.Number, key, default);
            return true;
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
    }

    /// <summary>Removes the keys in [from, to); an empty <paramref name="to"/> means the end.</summary>
    /// <returns>How many there were.</returns>
    public long DeleteRange(int tree, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        ThrowIfFailed();
        if (Overlaps(from) || Overlaps(to))
            return DeleteRange(tree, from.ToArray(), to.ToArray());
        Changes++;
        ref var open = ref _trees[tree];
        try
        {
            var before = open.Root.Records;
            fixed (byte* f = &MemoryMarshal.GetReference(from))
            fixed (byte* t = &MemoryMarshal.GetReference(to))
                _writer!.DeleteRange(ref open.Root, f, from.Length, t, to.Length);
            open.IsChanged = true;
            if (!_isBulk && before != open.Root.Records)
                Log(LogOperation.DeleteRange, open.Number, from, to);
            return (long)(before - open.Root.Records);
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
    }

    public void Clear(int tree)
    {
        ThrowIfFailed();
        Changes++;
        ref var open = ref _trees[tree];
        try
        {
            _writer!.Clear(ref open.Root);
            open.IsChanged = true;
            if (!_isBulk)
                _log.Add(LogOperation.Clear, open.Number);
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
    }

    public void Dispose()
    {
        _writer?.Dispose();
        _allocator.Dispose();
        _log.Dispose();
    }

    private void Log(LogOperation operation, uint tree, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (operation == LogOperation.Delete)
            _log.Add(operation, tree, first);
        else
            _log.Add(operation, tree, first, second);
        // Too much for the log: such a transaction becomes durable by a checkpoint instead, which costs one write of
        // its pages rather than a write of its records and another of its pages.
        if (_log.Length <= _connection.Options.LogCapacity / 4)
            return;
        _isBulk = true;
        _log.Reset();
    }

    public void ThrowIfFailed()
    {
        if (Failure != null)
        {
            throw new StorageException(
                StorageErrorKind.Conflict,
                $"write {_connection.Path}: an earlier operation of this transaction failed; it can only be rolled back",
                _connection.Path,
                Failure);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Overlaps(ReadOnlySpan<byte> bytes)
    {
        var offset = Unsafe.ByteOffset(ref *_file.Pages.Address, ref MemoryMarshal.GetReference(bytes));
        return (nuint)offset < (nuint)(_file.Pages.Capacity << _file.Pages.Shift);
    }

    private StorageException Busy(TimeSpan timeout) => new(
        StorageErrorKind.Busy,
        $"write {_connection.Path}: {_connection.Processes.Describe(_connection.WriterLock.CurrentOwner)} held the writer's lock for {timeout.TotalSeconds:0.###} s",
        _connection.Path);
}
