using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Pages;
using Gabbro.Storage.BTree.Shared;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Checkpoints: making a version durable in the file itself, so that the log before it can be overwritten.</summary>
/// <remarks>
/// 1. Under the writer's lock a transaction that changes no tree lists the free pages; its version is the checkpoint, and
/// CheckpointPin keeps its pages from reuse. 2. Without the lock the file is synced: every page of that version is durable.
/// 3. The meta record goes into the place the last one is not in, and the file is synced again: from that instant a
/// recovery starts here. 4. The pin becomes the durable transaction, and log and pages before it may be reused.
/// A crash before 3 is complete finds the last checkpoint untouched, since its pages were pinned and its log kept.
/// </remarks>
internal sealed unsafe partial class Connection
{
    private readonly Lock _checkpointerLock = new();
    private Thread? _checkpointer;
    private AutoResetEvent? _checkpointWanted;
    private volatile bool _stopCheckpointer;

    /// <summary>Bytes of log that recovery would have to replay.</summary>
    public ulong LogInUse => Shared.Version(Volatile.Read(ref Shared.Applied))->LogEnd - Volatile.Read(ref Shared.DurableLog);

    /// <summary>After a commit: starts a checkpoint when enough log has gathered.</summary>
    public void CheckpointIfDue()
    {
        if (LogInUse < (ulong)_options.CheckpointBytes || Volatile.Read(ref Shared.CheckpointPin) != 0)
            return;
        if (_options.BackgroundCheckpoints)
            WakeCheckpointer();
        else
            Checkpoint(wait: false);
    }

    /// <summary>Before a transaction: waits for room in the log for an ordinary commit.</summary>
    public void EnsureLogRoom()
    {
        if (Shared.LogReady != 0 && LogInUse > Log.Capacity / 4 * 3)
            Checkpoint(wait: true);
    }

    /// <summary>Makes the newest version durable in the file; with <paramref name="wait"/> false gives way to one under way.</summary>
    public void Checkpoint(bool wait)
    {
        ThrowIfPoisoned();
        if (Shared.LogReady == 0)
            return;
        if (!wait && CheckpointLock.CurrentOwner is not 0 and not ProcessTable.DeadOwner)
            return;
        var version = BeginCheckpoint();
        try
        {
            KillPoint.Here();
            SyncPages(version);
            KillPoint.Here();
            FinishCheckpoint(version);
        }
        finally
        {
            CheckpointLock.Release();
        }
    }

    /// <summary>A checkpoint by one who is alone or holds both locks.</summary>
    public void CheckpointUnsynchronized()
    {
        var version = MakeCheckpointVersionUnsynchronized();
        SyncPages(version);
        FinishCheckpoint(version);
    }

    /// <summary>The free pages as of a version about to be checkpointed, and a run of pages to list them in.</summary>
    public static PageRun WriteFreeList(Connection connection, PageAllocator allocator, DatabaseFile file, ulong old, uint oldRun)
    {
        if (old != 0)
            allocator.Free(old, oldRun);
        if (allocator.FreePages == 0)
            return default;
        // Taking pages for the list can only shorten it, or split one extent in two.
        var estimate = CountExtents(connection, allocator, file) + 2;
        var run = FreeListPages.RunLength(file.Pages.Geometry, estimate);
        var page = allocator.Allocate(run);
        var extents = new List<PageRun>(estimate);
        var table = connection.Shared.PageTable;
        for (var p = file.Pages.Geometry.FirstPage; p < allocator.PageCount; p++)
        {
            if (table[p].Freed == 0)
                continue;
            var start = p;
            while (p < allocator.PageCount && table[p].Freed != 0 && p - start < uint.MaxValue)
                p++;
            extents.Add(new PageRun(start, (uint)(p - start)));
        }

        FreeListPages.Write(file.Pages, page, run, allocator.Transaction, CollectionsMarshal.AsSpan(extents));
        return new PageRun(page, run);
    }

    // Pages that changed since the last checkpoint, freed ones included: the system has to write each of them once.
    public void CountChangedPages(DatabaseFile file, ulong pageCount)
    {
        var table = Shared.PageTable;
        var last = Shared.DurableTransaction;
        long changed = 2;
        for (var p = file.Pages.Geometry.FirstPage; p < pageCount; p++)
        {
            if (table[p].Born > last)
                changed++;
        }

        Counters.PageBytes += changed << file.Pages.Shift;
    }

    private static int CountExtents(Connection connection, PageAllocator allocator, DatabaseFile file)
    {
        var table = connection.Shared.PageTable;
        var count = 0;
        var wasFree = false;
        for (var p = file.Pages.Geometry.FirstPage; p < allocator.PageCount; p++)
        {
            var isFree = table[p].Freed != 0;
            if (isFree && !wasFree)
                count++;
            wasFree = isFree;
        }

        return count;
    }

    /// <summary>
    /// Makes a version that nobody knows yet durable and only then publishes it; the caller holds both locks. If the
    /// process dies before, the next writer finds either nothing or the whole checkpoint in the file.
    /// </summary>
    public void MakeDurable(in DatabaseVersion version, PublishVersion publish)
    {
        SyncPages(version);
        KillPoint.Here();
        var meta = File.ReadNewestMeta(out _);
        meta.Sequence = Shared.MetaSequence + 1;
        meta.Flags &= ~MetaRecord.CleanFlag;
        meta.Version = version;
        WriteMetas(meta, Shared.MetaSlot);
        KillPoint.Here();
        publish(version);
        NoteDurable(version);
    }

    /// <summary>After taking the checkpoint lock from a dead process; the caller holds the writer's lock.</summary>
    public void AdoptCheckpointOfTheDead() => AdoptNewerFileUnsynchronized();

    // Always the writer's lock before the checkpoint's; a holder of the latter never waits for the former.
    private DatabaseVersion BeginCheckpoint()
    {
        if (!WriterLock.Acquire(_options.LockTimeout, out var writerDied))
            throw new StorageException(StorageErrorKind.Busy, $"checkpoint {Path}: {Processes.Describe(WriterLock.CurrentOwner)} is writing", Path);
        try
        {
            if (!CheckpointLock.Acquire(_options.LockTimeout, out var ownerDied))
                throw new StorageException(StorageErrorKind.Busy, $"checkpoint {Path}: {Processes.Describe(CheckpointLock.CurrentOwner)} is at it", Path);
            try
            {
                if (ownerDied || writerDied)
                    RepairUnsynchronized();
                return MakeCheckpointVersionUnsynchronized();
            }
            catch
            {
                CheckpointLock.Release();
                throw;
            }
        }
        finally
        {
            WriterLock.Release();
        }
    }

    private DatabaseVersion MakeCheckpointVersionUnsynchronized()
    {
        Session.BeginInternal();
        return Session.CompleteCheckpointVersion();
    }

    private void FinishCheckpoint(in DatabaseVersion version)
    {
        var meta = File.ReadNewestMeta(out _);
        meta.Sequence = Shared.MetaSequence + 1;
        meta.Flags &= ~MetaRecord.CleanFlag;
        meta.Version = version;
        WriteMetas(meta, Shared.MetaSlot);
        NoteDurable(version);
        Processes.Reap();
    }

    // The pages of a version, before a meta record may name it.
    private void SyncPages(in DatabaseVersion version)
    {
        SyncFile();
        if ((ulong)File.Length >> File.Pages.Shift >= version.PageCount)
            return;
        Poison();
        throw new CorruptionException(Path, File.Length, "the file was cut short here while it was open; close the database and restore the file");
    }

    private void NoteDurable(in DatabaseVersion version)
    {
        KillPoint.Here();
        Shared.DurableTransaction = version.Transaction;
        KillPoint.Here();
        Shared.CheckpointPin = 0;
        KillPoint.Here();
        Volatile.Write(ref Shared.DurableLog, version.LogEnd);
        KillPoint.Here();
        if (SharedState.Raise(ref Shared.SyncedTo, version.LogEnd))
            Log.SetSynced(version.LogEnd);
        SharedState.Raise(ref Shared.Visible, version.Transaction);
        // Pages that only the last checkpoint held can be found by the next sweep.
        Shared.ScanPause = 0;
        Shared.ScanCursor = 0;
        Counters.Checkpoints++;
    }

    private void WakeCheckpointer()
    {
        if (_checkpointWanted == null)
        {
            lock (_checkpointerLock)
            {
                if (_checkpointWanted == null && !_stopCheckpointer)
                {
                    var wanted = new AutoResetEvent(false);
                    _checkpointer = new Thread(() => RunCheckpointer(wanted)) { IsBackground = true, Name = "Gabbro checkpoint" };
                    _checkpointer.Start();
                    _checkpointWanted = wanted;
                }
            }
        }

        _checkpointWanted?.Set();
    }

    private void RunCheckpointer(AutoResetEvent wanted)
    {
        while (true)
        {
            wanted.WaitOne();
            if (_stopCheckpointer)
                return;
            try
            {
                if (LogInUse >= (ulong)_options.CheckpointBytes)
                    Checkpoint(wait: false);
            }
            catch (StorageException)
            {
                // A failed sync has poisoned the database, which every writer is told; lack of space or a busy lock is met
                // again, with its error, by the next writer that needs room in the log.
                if (Volatile.Read(ref Shared.Poisoned) != 0)
                    return;
            }
        }
    }

    private void StopCheckpoints()
    {
        lock (_checkpointerLock)
            _stopCheckpointer = true;
        _checkpointWanted?.Set();
        _checkpointer?.Join();
        _checkpointWanted?.Dispose();
    }
}
