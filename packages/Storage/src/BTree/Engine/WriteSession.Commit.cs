using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Log;
using Gabbro.Storage.BTree.Shared;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>How a transaction ends.</summary>
/// <remarks>
/// Commit, in order: the pages are complete and sealed; the record is in the log; the version is in the ring; the applied
/// word names it (from here the next writer builds on it); for a relaxed commit the visible word names it too and the lock
/// is released; for a full commit the lock is released first, so that others can append, and the visible word follows the
/// sync. No page of an older version is touched at any point, so a crash before the applied word leaves the older one.
/// </remarks>
internal sealed unsafe partial class WriteSession
{
    public void Commit(CommitDurability durability)
    {
        if (!TryApply(durability, out var end, out var transaction))
            return;
        if (durability == CommitDurability.Full)
            _connection.Sync.WaitFor(end, transaction);
        _connection.CheckpointIfDue();
    }

    /// <summary>As a full commit, but what is waited for is left to a task.</summary>
    public ValueTask CommitAsync()
    {
        if (!TryApply(CommitDurability.Full, out var end, out var transaction))
            return default;
        var task = _connection.AsyncCommits.Wait(end, transaction);
        _connection.CheckpointIfDue();
        return task;
    }

    // Ends the transaction, applied but not yet durable; false if there is nothing to wait for.
    private bool TryApply(CommitDurability durability, out ulong end, out ulong transaction)
    {
        ThrowIfFailed();
        DatabaseVersion version;
        bool isDurable;
        end = 0;
        transaction = 0;
        try
        {
            SaveTrees();
            if (!_allocator.HasChanges)
            {
                RollBack();
                return false;
            }

            isDurable = !TryLogAndPublish(durability, out version);
            if (isDurable)
                CommitByCheckpoint();
        }
        catch
        {
            if (IsActive)
                RollBack();
            throw;
        }

        End();
        _connection.Counters.Commits++;
        end = version.LogEnd;
        transaction = version.Transaction;
        return !isDurable;
    }

    public void RollBack()
    {
        _allocator.RollBack();
        End();
    }

    public void RollBackIfActive()
    {
        if (IsActive)
            RollBack();
    }

    /// <summary>The version of a checkpoint: the newest trees and a list of the free pages. Ends the transaction.</summary>
    public DatabaseVersion CompleteCheckpointVersion()
    {
        try
        {
            var list = Connection.WriteFreeList(_connection, _allocator, _file, _base.FreeList, _base.FreeListRun);
            var version = MakeVersion(_base.LogEnd, _base.LogChain);
            version.FreeList = list.Page;
            version.FreeListRun = list.Length;
            _connection.CountChangedPages(_file, version.PageCount);
            _connection.ThrowIfLost();
            // Pinned before anybody can build on it.
            KillPoint.Here();
            Volatile.Write(ref Shared.CheckpointPin, version.Transaction);
            KillPoint.Here();
            Publish(version);
            IsActive = false;
            Shared.InProgress = 0;
            return version;
        }
        catch
        {
            _allocator.RollBack();
            IsActive = false;
            Shared.InProgress = 0;
            throw;
        }
    }

    /// <summary>Repeats a transaction from the log.</summary>
    public void Replay(LogRecordHeader* record)
    {
        BeginInternal();
        try
        {
            Apply(new ReadOnlySpan<byte>((byte*)record + LogRecordHeader.Size, (int)record->Length - LogRecordHeader.Size));
            SaveTrees();
            _allocator.SealPages();
            Publish(MakeVersion(record->Position + record->Length, record->Checksum));
            SharedState.Raise(ref Shared.Visible, Transaction);
            _allocator.PublishHints();
        }
        finally
        {
            IsActive = false;
            Shared.InProgress = 0;
        }
    }

    /// <summary>Carries out the operations of a log record in the running transaction.</summary>
    public void Apply(ReadOnlySpan<byte> operations, bool isLogged = false)
    {
        // Replay must not log again what the log holds; a follower has a log of its own.
        _isBulk = !isLogged;
        var reader = new LogReader(operations);
        while (reader.Next())
        {
            switch (reader.Operation)
            {
                case LogOperation.CreateTree:
                    CreateTree(reader.First, reader.Tree);
                    continue;
                case LogOperation.DropTree:
                    DropTree(IndexOfNumber(reader.Tree));
                    continue;
            }

            var tree = IndexOfNumber(reader.Tree);
            switch (reader.Operation)
            {
                case LogOperation.Put:
                    Put(tree, reader.First, reader.Second);
                    break;
                case LogOperation.Delete:
                    Delete(tree, reader.First);
                    break;
                case LogOperation.DeleteRange:
                    DeleteRange(tree, reader.First, reader.Second);
                    break;
                default:
                    Clear(tree);
                    break;
            }
        }
    }

    // False when the record does not fit the log; nothing has happened then.
    private bool TryLogAndPublish(CommitDurability durability, out DatabaseVersion version)
    {
        version = default;
        if (_isBulk)
            return false;
        var log = _connection.Log;
        var length = (ulong)((_log.Length + 8) & ~7L);
        var place = log.PlaceFor(_base.LogEnd, length);
        if (length > log.Capacity / 4 || place + length - Shared.DurableLog > log.Capacity)
            return false;
        log.Reserve(place, length);
        KillPoint.Here();
        _allocator.SealPages();
        KillPoint.Here();
        var record = _log.Complete(place, Transaction, _base.LogChain, log.Salt);
        log.Append(_base.LogEnd, record);
        KillPoint.Here();
        _connection.ThrowIfLost();
        _connection.Counters.LogBytes += record->Length;
        version = MakeVersion(place + record->Length, record->Checksum);
        Publish(version);
        if (durability == CommitDurability.Relaxed)
            SharedState.Raise(ref Shared.Visible, version.Transaction);
        _allocator.PublishHints();
        return true;
    }

    // For what is too large for the log: the transaction is itself a checkpoint. Its version is published only when it is
    // durable; if the process dies in between, the next writer finds it in the file.
    private void CommitByCheckpoint()
    {
        if (!_connection.CheckpointLock.Acquire(_connection.Options.LockTimeout, out var ownerDied))
        {
            throw new StorageException(
                StorageErrorKind.Busy, $"commit {_connection.Path}: a checkpoint is under way for too long", _connection.Path);
        }

        try
        {
            if (ownerDied)
                _connection.AdoptCheckpointOfTheDead();
            var list = Connection.WriteFreeList(_connection, _allocator, _file, _base.FreeList, _base.FreeListRun);
            _allocator.SealPages();
            // Followers of the log must notice that something happened which it does not hold.
            _connection.Log.Reserve(_connection.Log.PlaceFor(_base.LogEnd, LogRecordHeader.Size), LogRecordHeader.Size);
            var version = MakeVersion(_connection.Log.SkipTransaction(_base.LogEnd), _base.LogChain);
            version.FreeList = list.Page;
            version.FreeListRun = list.Length;
            _connection.CountChangedPages(_file, version.PageCount);
            _connection.MakeDurable(version, Publish);
            _allocator.PublishHints();
        }
        finally
        {
            _connection.CheckpointLock.Release();
        }
    }

    private DatabaseVersion MakeVersion(ulong logEnd, ulong logChain)
    {
        var version = _base;
        version.Transaction = Transaction;
        version.Main = _trees[0].Root;
        version.Catalog = _catalog;
        version.PageCount = _allocator.PageCount;
        version.FreePages = _allocator.FreePages;
        version.NextTree = _nextTree;
        version.LogEnd = logEnd;
        version.LogChain = logChain;
        return version;
    }

    private void Publish(in DatabaseVersion version)
    {
        Shared.WriteVersion(version);
        KillPoint.Here();
        Volatile.Write(ref Shared.Applied, version.Transaction);
        KillPoint.Here();
    }

    private void SyncAllUnsynchronized()
    {
        _connection.Sync.SyncLog(_base.LogEnd);
        SharedState.Raise(ref Shared.Visible, _base.Transaction);
    }

    private void End()
    {
        IsActive = false;
        Stamp++;
        OwnerThread = 0;
        KillPoint.Here();
        Volatile.Write(ref Shared.InProgress, 0);
        KillPoint.Here();
        _connection.WriterLock.Release();
        KillPoint.Here();
    }
}
