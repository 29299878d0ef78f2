using System.Runtime.CompilerServices;

namespace Gabbro.Storage.BTree.Shared;

/// <summary>Typed access to the shared memory of one database.</summary>
/// <remarks>
/// What must change at once changes through one aligned word; everything else is either written under the writer's lock
/// before such a word announces it, or is a hint that is checked before use. A process killed between any two
/// instructions therefore leaves either the old or the new state.
/// </remarks>
internal sealed unsafe class SharedState(byte* address, long* faults)
{
    /// <summary>
    /// Whether the memory was lost because its file was truncated: it shows zeros then, and no lock or announcement in it
    /// means anything to the other processes.
    /// </summary>
    public bool IsLost
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => faults != null && Volatile.Read(ref *faults) != 0;
    }

    public byte* Address => address;

    public PageEntry* PageTable { get; } = (PageEntry*)(address + SharedLayout.PageTable);

    public ref int WriterWord => ref Word(SharedLayout.WriterWord);

    public ref int NextWriter => ref Word(SharedLayout.NextWriter);

    public ref ulong InProgress => ref Long(SharedLayout.InProgress);

    public ref ulong LastTransaction => ref Long(SharedLayout.LastTransaction);

    public ref ulong WriterContentions => ref Long(SharedLayout.WriterContentions);

    /// <summary>Waits refused because they would never have ended, by all processes.</summary>
    public ref ulong Deadlocks => ref Long(SharedLayout.Deadlocks);

    public ref ulong Applied => ref Long(SharedLayout.Applied);

    public ref ulong Visible => ref Long(SharedLayout.Visible);

    public ref ulong SyncedTo => ref Long(SharedLayout.SyncedTo);

    public ref int SyncWord => ref Word(SharedLayout.SyncWord);

    public ref int SyncSequence => ref Word(SharedLayout.SyncSequence);

    public ref int SyncWaiters => ref Word(SharedLayout.SyncWaiters);

    public ref int LastGroup => ref Word(SharedLayout.LastGroup);

    public ref int CheckpointWord => ref Word(SharedLayout.CheckpointWord);

    public ref int Poisoned => ref Word(SharedLayout.Poisoned);

    public ref ulong CheckpointPin => ref Long(SharedLayout.CheckpointPin);

    public ref ulong DurableTransaction => ref Long(SharedLayout.DurableTransaction);

    public ref ulong DurableLog => ref Long(SharedLayout.DurableLog);

    public ref ulong MetaSequence => ref Long(SharedLayout.MetaSequence);

    public ref int MetaSlot => ref Word(SharedLayout.MetaSlot);

    public ref int LogReady => ref Word(SharedLayout.LogReadyOffset);

    public ref int ReaderSlotsUsed => ref Word(SharedLayout.ReaderSlotsUsed);

    public ref int HintCount => ref Word(SharedLayout.HintCount);

    public ref ulong ScanCursor => ref Long(SharedLayout.ScanCursor);

    public ref int ScanFound => ref Word(SharedLayout.ScanFound);

    public ref int ScanPause => ref Word(SharedLayout.ScanPause);

    public ref ulong Generation => ref Long(SharedLayout.GenerationOffset);

    public ref ulong Magic => ref Long(SharedLayout.MagicOffset);

    public ref ulong Salt => ref Long(SharedLayout.SaltOffset);

    public ulong* Hints => (ulong*)(address + SharedLayout.Hints);

    /// <summary>The process id registered at a process slot.</summary>
    public ref int ProcessId(int slot) => ref Word(SharedLayout.Processes + (slot * SharedLayout.ProcessSize));

    /// <summary>The snapshot a reader slot pins, or 0.</summary>
    public ulong* Snapshot(int reader) => (ulong*)(address + SharedLayout.Readers + (reader * SharedLayout.ReaderSize));

    /// <summary>Process slot plus one of a reader slot's owner, or 0.</summary>
    public ref int ReaderOwner(int reader) =>
        ref Word(SharedLayout.Readers + (reader * SharedLayout.ReaderSize) + sizeof(ulong));

    public DatabaseVersion* Version(ulong transaction) =>
        (DatabaseVersion*)(address + SharedLayout.Versions)
        + (transaction & (SharedLayout.VersionCount - 1));

    /// <summary>Copies a version out of the ring; false when a later one has taken its place.</summary>
    public bool TryReadVersion(ulong transaction, out DatabaseVersion version)
    {
        var place = Version(transaction);
        var before = Volatile.Read(ref place->Transaction);
        version = *place;
        // The copy must be complete before the guard is looked at again.
        Thread.MemoryBarrier();
        return before == transaction && Volatile.Read(ref place->Transaction) == transaction;
    }

    /// <summary>Puts a version into the ring; only the holder of the writer's lock does.</summary>
    public void WriteVersion(in DatabaseVersion version)
    {
        var place = Version(version.Transaction);
        Volatile.Write(ref place->Transaction, 0);
        Thread.MemoryBarrier();
        var guarded = version;
        guarded.Transaction = 0;
        *place = guarded;
        Volatile.Write(ref place->Transaction, version.Transaction);
    }

    /// <summary>Raises a word that only grows.</summary>
    /// <returns>Whether this call raised it.</returns>
    public static bool Raise(ref ulong word, ulong value)
    {
        var seen = Volatile.Read(ref word);
        while (seen < value)
        {
            var previous = Interlocked.CompareExchange(ref word, value, seen);
            if (previous == seen)
                return true;
            seen = previous;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int Word(int offset) => ref Unsafe.AsRef<int>(address + offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref ulong Long(int offset) => ref Unsafe.AsRef<ulong>(address + offset);
}
