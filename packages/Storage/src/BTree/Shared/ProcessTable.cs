using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.BTree.Shared;

/// <summary>The connected processes: each holds an exclusive lock on a byte of its own for as long as it lives.</summary>
/// <remarks>
/// The system frees that lock with the process, so life and death need no heartbeat. Whoever cleans up after a dead
/// process first takes the dead one's byte: then it is dead for certain, and no newcomer can take its number meanwhile.
/// </remarks>
internal sealed class ProcessTable(SharedState shared, IStorageFile lockFile) : IDisposable
{
    /// <summary>An owner that stands for "died while holding this".</summary>
    public const int DeadOwner = SharedLayout.ProcessCount + 1;

    /// <summary>Bits of a lock word that name the owner: slot plus one.</summary>
    public const int OwnerMask = 0xFFF;

    private readonly Lock _reaping = new();

    /// <summary>This connection's slot.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>What this connection writes into lock words.</summary>
    public int Owner => Slot + 1;

    /// <summary>Takes a slot, cleaning up what a dead process left in it.</summary>
    /// <exception cref="StorageException">All are taken.</exception>
    public void Join()
    {
        for (var slot = 0; slot < SharedLayout.ProcessCount; slot++)
        {
            if (!lockFile.TryLock(LockBytes.Process(slot), 1, exclusive: true))
                continue;
            BuryUnsynchronized(slot);
            Slot = slot;
            Volatile.Write(ref shared.ProcessId(slot), Environment.ProcessId);
            return;
        }

        throw new StorageException(
            StorageErrorKind.Busy, $"open {lockFile.Path}: {SharedLayout.ProcessCount} connections are open already", lockFile.Path);
    }

    /// <summary>Gives the slot back.</summary>
    public void Dispose()
    {
        if (Slot < 0)
            return;
        ReleaseReaders(Slot);
        Volatile.Write(ref shared.ProcessId(Slot), 0);
        lockFile.Unlock(LockBytes.Process(Slot), 1);
        Slot = -1;
    }

    /// <summary>Frees what dead processes hold: reader slots, and lock words, which pass to <see cref="DeadOwner"/>.</summary>
    /// <returns>How many dead processes were found.</returns>
    public int Reap()
    {
        var found = 0;
        for (var slot = 0; slot < SharedLayout.ProcessCount; slot++)
        {
            if (Volatile.Read(ref shared.ProcessId(slot)) != 0 && TryBury(slot))
                found++;
        }

        return found;
    }

    /// <summary>If the process with that owner number is dead, cleans up after it.</summary>
    /// <returns>Whether it was dead.</returns>
    public bool TryBury(int slot)
    {
        if (slot == Slot || slot is < 0 or >= SharedLayout.ProcessCount)
            return false;
        lock (_reaping)
        {
            if (!lockFile.TryLock(LockBytes.Process(slot), 1, exclusive: true))
                return false;
            try
            {
                BuryUnsynchronized(slot);
            }
            finally
            {
                lockFile.Unlock(LockBytes.Process(slot), 1);
            }

            return true;
        }
    }

    /// <summary>The process id behind an owner number, for messages.</summary>
    public string Describe(int owner) => owner switch
    {
        DeadOwner => "a process that died",
        > 0 and <= SharedLayout.ProcessCount => $"process {shared.ProcessId(owner - 1)}",
        _ => "nobody",
    };

    // The caller holds the byte of the slot.
    private void BuryUnsynchronized(int slot)
    {
        ReleaseReaders(slot);
        PassOn(ref shared.WriterWord, slot);
        PassOn(ref shared.SyncWord, slot);
        PassOn(ref shared.CheckpointWord, slot);
        var next = Volatile.Read(ref shared.NextWriter);
        if ((next & OwnerMask) == slot + 1)
            Interlocked.CompareExchange(ref shared.NextWriter, 0, next);
        Volatile.Write(ref shared.ProcessId(slot), 0);
    }

    private static void PassOn(ref int word, int slot)
    {
        var seen = Volatile.Read(ref word);
        while ((seen & OwnerMask) == slot + 1)
        {
            var previous = Interlocked.CompareExchange(ref word, (seen & ~OwnerMask) | DeadOwner, seen);
            if (previous == seen)
            {
                SharedWait.WakeAll(ref word);
                return;
            }

            seen = previous;
        }
    }

    private unsafe void ReleaseReaders(int slot)
    {
        var used = Math.Min(Volatile.Read(ref shared.ReaderSlotsUsed), SharedLayout.ReaderCount);
        for (var reader = 0; reader < used; reader++)
        {
            if (Volatile.Read(ref shared.ReaderOwner(reader)) != slot + 1)
                continue;
            Volatile.Write(ref *shared.Snapshot(reader), 0);
            Volatile.Write(ref shared.ReaderOwner(reader), 0);
        }
    }
}
