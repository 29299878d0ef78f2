using System.Diagnostics;

namespace Gabbro.Storage.BTree.Shared;

/// <summary>
/// A lock on a word of shared memory between all threads of all connected processes, which survives the death of its
/// holder.
/// </summary>
/// <remarks>
/// Uncontended it is one compare-and-swap. The word holds the owner's number and a bit that says somebody sleeps (Drepper,
/// "Futexes are tricky", mutex 3). A sleeper looks every few milliseconds whether the owner still lives; a dead owner's
/// word reads <see cref="ProcessTable.DeadOwner"/>, and whoever takes it from there is told to repair first.
/// Fairness: a thread that has waited long writes itself into the word for the next writer; nobody else then takes the
/// lock before it, so no thread starves while others come and go.
/// </remarks>
internal sealed unsafe class SharedMutex(SharedState shared, ProcessTable processes, int wordOffset, int nextOffset)
{
    private const int Waiters = 1 << 30;
    private const int SleepMilliseconds = 10;

    // After so long a waiter asks to be next. Well above a commit, so that a busy writer is not throttled by hand-overs.
    private const int StarvingMilliseconds = 2;
    private const int Spins = 40;

    private ref int Word => ref *(int*)(shared.Address + wordOffset);

    /// <summary>The owner number in the word now.</summary>
    public int CurrentOwner => Volatile.Read(ref Word) & ProcessTable.OwnerMask;

    /// <summary>Takes the lock if it is free or its holder died.</summary>
    public bool TryAcquire(out bool ownerDied)
    {
        ownerDied = false;
        var seen = Volatile.Read(ref Word);
        var owner = seen & ProcessTable.OwnerMask;
        if ((owner != 0 && owner != ProcessTable.DeadOwner) || !NobodyIsNext(0))
            return false;
        if (Interlocked.CompareExchange(ref Word, (seen & Waiters) | processes.Owner, seen) != seen)
            return false;
        ownerDied = owner == ProcessTable.DeadOwner;
        return true;
    }

    /// <summary>Waits for the lock.</summary>
    /// <param name="timeout">At most so long; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="ownerDied">Whether the last holder died and what the lock guards must be repaired.</param>
    /// <returns>False when the time is over.</returns>
    public bool Acquire(TimeSpan timeout, out bool ownerDied) =>
        TryAcquire(out ownerDied) || AcquireSlow(timeout, out ownerDied);

    public void Release()
    {
        var seen = Interlocked.Exchange(ref Word, 0);
        if ((seen & Waiters) != 0)
            WakeSleepers();
    }

    private void WakeSleepers()
    {
        if (NobodyIsNext(0))
            SharedWait.WakeOne(ref Word);
        else
            SharedWait.WakeAll(ref Word);
    }

    private bool AcquireSlow(TimeSpan timeout, out bool ownerDied)
    {
        ownerDied = false;
        var started = Stopwatch.GetTimestamp();
        // Identifies the thread for fairness: the low bits name the process, so that others can tell whether it lives.
        var ticket = processes.Owner | ((Environment.CurrentManagedThreadId & 0x3FFFF) << 12);
        var asked = false;
        var spins = 0;
        try
        {
            while (true)
            {
                var seen = Volatile.Read(ref Word);
                var owner = seen & ProcessTable.OwnerMask;
                if (owner is 0 or ProcessTable.DeadOwner && NobodyIsNext(ticket))
                {
                    if (Interlocked.CompareExchange(ref Word, processes.Owner | Waiters, seen) == seen)
                    {
                        ownerDied = owner == ProcessTable.DeadOwner;
                        return true;
                    }

                    continue;
                }

                if (spins++ < Spins)
                {
                    Thread.SpinWait(20);
                    continue;
                }

                var waited = Stopwatch.GetElapsedTime(started);
                if (timeout != Timeout.InfiniteTimeSpan && waited >= timeout)
                    return false;
                if (!asked && waited.TotalMilliseconds >= StarvingMilliseconds && nextOffset >= 0)
                    asked = Interlocked.CompareExchange(ref Next, ticket, 0) == 0;
                if (owner is 0 or ProcessTable.DeadOwner)
                {
                    // Free, but promised to another: let it run, and make sure it still can.
                    SharedWait.WakeAll(ref Word);
                    Thread.Yield();
                    BuryIfDead(Volatile.Read(ref Next) & ProcessTable.OwnerMask);
                    continue;
                }

                if ((seen & Waiters) == 0 && Interlocked.CompareExchange(ref Word, seen | Waiters, seen) != seen)
                    continue;
                SharedWait.Wait(ref Word, seen | Waiters, SleepMilliseconds);
                if (Volatile.Read(ref Word) == (seen | Waiters))
                    BuryIfDead(owner);
            }
        }
        finally
        {
            if (asked)
                Interlocked.CompareExchange(ref Next, 0, ticket);
        }
    }

    private ref int Next => ref *(int*)(shared.Address + nextOffset);

    private bool NobodyIsNext(int ticket)
    {
        if (nextOffset < 0)
            return true;
        var next = Volatile.Read(ref Next);
        return next == 0 || next == ticket;
    }

    private void BuryIfDead(int owner)
    {
        if (owner > 0 && owner != processes.Owner)
            processes.TryBury(owner - 1);
    }
}
