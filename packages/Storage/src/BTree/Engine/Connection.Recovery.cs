using Gabbro.Storage.BTree.Log;
using Gabbro.Storage.BTree.Shared;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>What is done after a crash: of everybody (replay of the log) or of one process among others (repair).</summary>
internal sealed unsafe partial class Connection
{
    // Nobody else is connected. The shared memory holds the last checkpoint; the log has what was committed since.
    private void Recover(in MetaRecord meta)
    {
        if (!_system.FileExists(LogPath))
            throw new CorruptionException(LogPath, -1, "the database was not closed cleanly, but its log is missing");
        var log = LogFile.Open(_system, LogPath, _file.Pages.Salt, writable: true);
        _log = log;
        Shared.LogReady = 1;
        var position = meta.Version.LogEnd;
        var chain = meta.Version.LogChain;
        var end = position;
        using (var session = new WriteSession(this))
        {
            while (log.TryRead(ref position, chain, out var record))
            {
                session.Replay(record);
                chain = record->Checksum;
                position += record->Length;
                end = position;
            }
        }

        // Bytes that were stored and cannot have been lost since, but are not there: damage, not the end of the log.
        var promised = log.IsOfBoot(_system.BootIdentity) ? log.Appended ?? ulong.MaxValue : log.Synced ?? 0;
        if (promised > end)
        {
            if (_options.TruncateDamagedLog)
            {
                log.SetSynced(end);
            }
            else
            {
                throw new CorruptionException(
                    LogPath,
                    LogFile.HeaderSize + (long)((end - log.BasePosition) % log.Capacity),
                    promised == ulong.MaxValue
                        ? "the words that say how far the log was stored are damaged"
                        : $"records up to position {promised} were stored, but they end at {end}");
            }
        }

        log.AdoptBoot(_system.BootIdentity, end);
    }

    /// <summary>
    /// After the death of a process that held the writer's or the checkpoint's lock; the caller holds the writer's lock,
    /// or is alone.
    /// </summary>
    public void RepairUnsynchronized()
    {
        AdoptNewerFileUnsynchronized();
        var dead = Shared.InProgress;
        if (dead != 0 && dead > Shared.Applied)
            UndoPages(dead);
        Shared.InProgress = 0;
        Shared.ScanPause = 0;
    }

    /// <summary>
    /// For one who finds the file of a later generation than the shared memory names: a vacuum is at this point, or its
    /// process died there. Waits for the one, completes the other.
    /// </summary>
    public void CatchUp()
    {
        if (!WriterLock.Acquire(_options.LockTimeout, out var ownerDied))
            throw Busy($"{Processes.Describe(WriterLock.CurrentOwner)} replaces the file for too long");
        try
        {
            if (ownerDied || _file.Generation > Shared.Version(Shared.Applied)->Generation)
                RepairUnsynchronized();
            var applied = *Shared.Version(Shared.Applied);
            if (Volatile.Read(ref Shared.Visible) < applied.Transaction)
            {
                Sync.SyncLog(applied.LogEnd);
                SharedState.Raise(ref Shared.Visible, applied.Transaction);
            }
        }
        finally
        {
            WriterLock.Release();
        }
    }

    // Every page the dead transaction took is free again, every page it gave back is in use again.
    private void UndoPages(ulong dead)
    {
        var version = Shared.Version(Shared.Applied);
        var table = Shared.PageTable;
        for (ulong page = 0; page < version->PageCount; page++)
        {
            if (table[page].Born == dead)
                table[page] = new PageEntry { Freed = 1 };
            else if (table[page].Freed == dead)
                table[page].Freed = 0;
        }
    }

    // A checkpoint, a bulk commit or a vacuum may have become durable in the file without the shared memory hearing of it,
    // because its process died in between. Then the file is ahead and counts.
    private void AdoptNewerFileUnsynchronized()
    {
        using (var probe = _system.Open(Path, FileSystem.StorageFileMode.Read))
        {
            var found = DatabaseFile.ReadNewestMeta(probe, out _);
            if (found.Salt != Shared.Salt)
                throw new CorruptionException(Path, 16, "the file was replaced by another database while it was open");
            if (found.Sequence <= Shared.MetaSequence && found.Generation == Shared.Generation)
                return;
        }

        MetaRecord meta;
        lock (_files)
        {
            var opened = DatabaseFile.Open(_system, Path, IsWritable, _options.MapCapacity, out meta);
            if (meta.Generation != _file.Generation)
            {
                opened.Handle.TryLock(LockBytes.Membership, 1, exclusive: false);
                SwitchToUnsynchronized(opened);
            }
            else
            {
                opened.Dispose();
            }
        }

        SyncFile();
        if (meta.Version.Transaction > Shared.Applied || meta.Generation != Shared.Generation)
        {
            Shared.InProgress = 0;
            AdoptVersion(meta);
            return;
        }

        _file.ReadNewestMeta(out var slot);
        Shared.MetaSlot = slot;
        Shared.MetaSequence = meta.Sequence;
        Shared.DurableTransaction = meta.Version.Transaction;
        Volatile.Write(ref Shared.DurableLog, meta.Version.LogEnd);
        Shared.CheckpointPin = 0;
    }
}
