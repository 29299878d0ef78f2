using System.Security.Cryptography;
using Gabbro.Storage.BTree.Log;
using Gabbro.Storage.BTree.Pages;
using Gabbro.Storage.BTree.Shared;
using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Coming and going: the first to connect recovers, the last to leave makes the file whole by itself.</summary>
internal sealed unsafe partial class Connection
{
    private IStorageFile OpenLockFile()
    {
        try
        {
            return _system.Open(LockPath, StorageFileMode.OpenOrCreate);
        }
        catch (StorageException e) when (_options.ReadOnly && e.Kind is StorageErrorKind.ReadOnly or StorageErrorKind.NotFound)
        {
            // A directory or medium that cannot be written: nobody can change the file, so nobody needs locks.
            return new PrivateLockFile(LockPath);
        }
    }

    private void Connect()
    {
        if (!_lockFile.Lock(LockBytes.Opening, 1, exclusive: true, _options.LockTimeout))
            throw Busy("another process is opening or closing it");
        try
        {
            if (_lockFile.TryLock(LockBytes.Membership, 1, exclusive: true))
            {
                ConnectFirst();
                if (!_options.Exclusive)
                    _lockFile.TryLock(LockBytes.Membership, 1, exclusive: false);
            }
            else if (_options.Exclusive || !_lockFile.TryLock(LockBytes.Membership, 1, exclusive: false))
            {
                throw Busy(_options.Exclusive ? "others have it open" : "a process has it open for exclusive use");
            }
            else
            {
                ConnectLater();
            }

            Processes.Join();
        }
        finally
        {
            _lockFile.Unlock(LockBytes.Opening, 1);
        }
    }

    private void ConnectFirst()
    {
        if (!_system.FileExists(Path))
            CreateDatabase();
        // A database to recover is written to even for a reader: that is what recovery is.
        _file = DatabaseFile.Open(_system, Path, IsWritable, _options.MapCapacity, out var meta);
        if (!meta.IsClean && !IsWritable)
        {
            _file.Dispose();
            _file = OpenForRecovery(out meta);
        }

        if (_file.IsWritable && _lockFile is not PrivateLockFile)
        {
            if (!_file.Handle.TryLock(LockBytes.Membership, 1, exclusive: true))
                throw Busy($"other processes have it open, but their {LockPath} was removed");
        }

        _file.Handle.TryLock(LockBytes.Membership, 1, exclusive: false);
        InitializeShared(meta);
        if (!meta.IsClean)
            Recover(meta);
        // The mark goes in last: a process that dies before leaves shared memory that nobody takes for valid.
        Volatile.Write(ref Shared.Magic, SharedLayout.Magic);
    }

    private DatabaseFile OpenForRecovery(out MetaRecord meta)
    {
        try
        {
            return DatabaseFile.Open(_system, Path, writable: true, _options.MapCapacity, out meta);
        }
        catch (StorageException e) when (e.Kind == StorageErrorKind.ReadOnly)
        {
            throw new StorageException(
                StorageErrorKind.ReadOnly, $"open {Path}: it was not closed cleanly and cannot be recovered where nothing can be written", Path, e);
        }
    }

    private void ConnectLater()
    {
        MapShared();
        if (Shared.Magic != SharedLayout.Magic)
            throw new CorruptionException(LockPath, 0, "expected the mark of a Gabbro lock file");
        _file = DatabaseFile.Open(_system, Path, IsWritable, _options.MapCapacity, out _);
        if (_file.Pages.Salt != Shared.Salt)
            throw new StorageException(StorageErrorKind.Busy, $"open {Path}: other processes have another database open under this name", Path);
        _file.Handle.TryLock(LockBytes.Membership, 1, exclusive: false);
        Processes = new ProcessTable(Shared, _lockFile);
    }

    private void MapShared()
    {
        var entries = _options.MapCapacity / PageGeometry.MinimumPageSize;
        _tableAllocated = _lockFile.Length;
        _lockMapping = _lockFile.MapGrowing(SharedLayout.PageTable + (entries * PageEntry.Size), writable: true);
        _tableCapacity = (ulong)(_lockMapping.Length - SharedLayout.PageTable) / PageEntry.Size;
        Shared = new SharedState(_lockMapping.Address, _lockMapping.FaultCounter);
    }

    private void InitializeShared(in MetaRecord meta)
    {
        _lockFile.SetLength(0);
        _lockFile.Preallocate(SharedLayout.PageTable + SharedLayout.PageTableStep);
        MapShared();
        Processes = new ProcessTable(Shared, _lockFile);
        Shared.Salt = meta.Salt;
        Shared.Generation = meta.Generation;
        AdoptVersion(meta);
    }

    // Makes a durable checkpoint the state of the shared memory.
    private void AdoptVersion(in MetaRecord meta)
    {
        var version = meta.Version;
        if ((ulong)_file.Length >> _file.Pages.Shift < version.PageCount)
        {
            throw new CorruptionException(
                Path, _file.Length, $"the file is cut short: expected {version.PageCount} pages of {meta.PageSize} bytes");
        }

        LoadPageTable(version);
        _file.ReadNewestMeta(out var slot);
        Shared.MetaSlot = slot;
        Shared.DurableTransaction = version.Transaction;
        Shared.DurableLog = version.LogEnd;
        SharedState.Raise(ref Shared.SyncedTo, version.LogEnd);
        SharedState.Raise(ref Shared.LastTransaction, version.Transaction);
        Shared.CheckpointPin = 0;
        Shared.ScanPause = 0;
        Shared.ScanCursor = 0;
        Shared.HintCount = 0;
        KillPoint.Here();
        Shared.WriteVersion(version);
        KillPoint.Here();
        Volatile.Write(ref Shared.Generation, meta.Generation);
        KillPoint.Here();
        Volatile.Write(ref Shared.Applied, version.Transaction);
        KillPoint.Here();
        // Last: as long as the file's sequence is above this one, a repair does all of it again.
        Shared.MetaSequence = meta.Sequence;
        SharedState.Raise(ref Shared.Visible, version.Transaction);
    }

    private void LoadPageTable(in DatabaseVersion version)
    {
        EnsureTable(version.PageCount);
        KillPoint.Here();
        var table = Shared.PageTable;
        for (var page = _file.Pages.Geometry.FirstPage; page < version.PageCount; page++)
            table[page] = new PageEntry { Born = version.Transaction };
        if (version.FreeList == 0)
            return;
        foreach (var extent in FreeListPages.Read(_file.Pages, version.FreeList))
        {
            if (extent.Page < _file.Pages.Geometry.FirstPage || extent.Page + extent.Length > version.PageCount)
                throw _file.Pages.Damaged(version.FreeList, $"free pages within the file, found {extent.Page}+{extent.Length}");
            for (uint i = 0; i < extent.Length; i++)
                table[extent.Page + i] = new PageEntry { Freed = version.Transaction };
        }
    }

    private void CreateDatabase()
    {
        if (!PageGeometry.IsValid(_options.PageSize))
            throw new ArgumentException($"A page size is a power of two from 512 to 65536, not {_options.PageSize}.");
        var temporary = Path + "-new";
        var salt = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        var meta = new MetaRecord
        {
            PageSize = (uint)_options.PageSize,
            Salt = salt,
            Generation = 1,
            Sequence = 1,
            Flags = MetaRecord.CleanFlag,
            Version = new DatabaseVersion
            {
                Transaction = 1,
                Generation = 1,
                PageCount = new PageGeometry(_options.PageSize).FirstPage,
                NextTree = 1,
            },
        };
        using (var created = DatabaseFile.Create(_system, temporary, meta, _options.MapCapacity))
            created.Handle.Sync();
        // By renaming, a database of that name is either whole or not there.
        _system.Rename(temporary, Path);
        _system.SyncDirectory(global::System.IO.Path.GetDirectoryName(Path)!);
    }

    private void Leave()
    {
        try
        {
            if (!_lockFile.Lock(LockBytes.Opening, 1, exclusive: true, _options.LockTimeout))
                throw Busy("another process is opening or closing it");
            Processes.Reap();
            var isLast = _lockFile.TryLock(LockBytes.Membership, 1, exclusive: true);
            if (isLast && IsWritable && Volatile.Read(ref Shared.Poisoned) == 0 && !IsLost)
                MakeWhole();
            Processes.Dispose();
            if (isLast)
                ForgetShared();
        }
        finally
        {
            Abandon();
        }
    }

    // Nobody else is connected, and nobody can connect while the opening lock is held.
    private void MakeWhole()
    {
        if (Shared.LogReady != 0)
        {
            _ = Log;
            RepairUnsynchronized();
            CheckpointUnsynchronized();
            _file.Trim(Shared.Version(Shared.Applied)->PageCount);
            var meta = _file.ReadNewestMeta(out var slot);
            meta.Flags |= MetaRecord.CleanFlag;
            meta.Sequence++;
            WriteMetas(meta, slot);
            SyncFile();
            KillPoint.Here();
            _log?.Dispose();
            _log = null;
            _system.Delete(LogPath);
            KillPoint.Here();
        }
        else if (_file.IsWritable)
        {
            _file.Trim(Shared.Version(Shared.Applied)->PageCount);
        }

    }

    // Nothing of the shared memory outlives the last connection; an empty lock file stays to be locked by the next.
    private void ForgetShared()
    {
        Shared.Magic = 0;
        _lockMapping.Dispose();
        _lockFile.SetLength(0);
    }

    private void Abandon()
    {
        _disposed = true;
        Session?.Dispose();
        _log?.Dispose();
        foreach (var file in _retired)
            file.Dispose();
        _retired.Clear();
        _file?.Dispose();
        _lockMapping?.Dispose();
        _lockFile.Dispose();
    }

    private StorageException Busy(string why) => new(StorageErrorKind.Busy, $"open {Path}: {why}", Path);
}
