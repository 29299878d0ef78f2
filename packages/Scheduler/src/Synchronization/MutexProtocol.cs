using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>The mutex over one word, after U. Drepper, "Futexes Are Tricky" (2011), with a bound on overtaking.</summary>
/// <remarks>
/// <code>
/// Locked | Contended | Starving
///    0         0          0       free, nobody waits
///    1         0          0       held, nobody waits
///    1         1          *       held, somebody may wait: the holder wakes one when it leaves
///    0         *          1       free, but only for those who have waited
/// </code>
/// A waiter woken by an unlock competes with newcomers, which is what makes a mutex fast; one that has lost
/// <see cref="PatientLosses"/> times sets Starving, and from then on newcomers queue until it has had its turn. So a waiter
/// is overtaken by newcomers only that many times, and by other waiters at most once each, as the kernel wakes in order.
/// </remarks>
internal static class MutexProtocol<TAtomics>
    where TAtomics : struct, IAtomics
{
    public const int Locked = 1;
    public const int Contended = 2;
    public const int Starving = 4;

    /// <summary>Lost races before a waiter insists.</summary>
    private const int PatientLosses = 4;

    /// <summary>Turns of spinning before sleep: about 1 us, a short critical section's length.</summary>
    private const int SpinRounds = 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryLock(ref int word) => TAtomics.CompareExchange(ref word, Locked, 0) == 0;

    /// <summary>False: the time was over, or the token cancelled.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool LockSlow(ref int word, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var round = 0; round < SpinRounds; round++)
        {
            var seen = TAtomics.Load(ref word);
            if (seen == 0 && TryLock(ref word))
                return true;
            if ((seen & Contended) != 0)
                break;
            TAtomics.Pause(round);
        }

        var waited = false;
        var insists = false;
        var losses = 0;
        while (true)
        {
            var seen = TAtomics.Load(ref word);
            if ((seen & Locked) == 0 && (waited || (seen & Starving) == 0))
            {
                // Contended stays: the one who leaves cannot know whether others still sleep, so it wakes one to find out.
                var taken = (insists ? seen & ~Starving : seen) | Locked | (waited ? Contended : 0);
                if (TAtomics.CompareExchange(ref word, taken, seen) == seen)
                    return true;
                continue;
            }

            var wanted = seen | Contended | (losses >= PatientLosses ? Starving : 0);
            if (wanted != seen)
            {
                if (TAtomics.CompareExchange(ref word, wanted, seen) == seen && (wanted & ~seen & Starving) != 0)
                    insists = true;
                continue;
            }

            if (cancellationToken.IsCancellationRequested)
                return GiveUp(ref word, insists);
            var remaining = deadline.Remaining;
            if (remaining == TimeSpan.Zero || !TAtomics.Wait(ref word, seen, remaining))
                return GiveUp(ref word, insists);
            waited = true;
            losses++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unlock(ref int word)
    {
        if (TAtomics.CompareExchange(ref word, 0, Locked) != Locked)
            UnlockSlow(ref word);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UnlockSlow(ref int word)
    {
        var seen = TAtomics.Load(ref word);
        while (true)
        {
            if ((seen & Locked) == 0)
                throw new SynchronizationLockException("The mutex is not held.");
            var found = TAtomics.CompareExchange(ref word, seen & Starving, seen);
            if (found == seen)
                break;
            seen = found;
        }

        if ((seen & Contended) != 0)
            TAtomics.WakeOne(ref word);
    }

    /// <summary>
    /// A waiter leaves without the lock. It may have taken a wake-up that was meant for whoever comes next, so it hands one
    /// on, and it must not leave the lock closed to newcomers for a turn it will not take.
    /// </summary>
    private static bool GiveUp(ref int word, bool insists)
    {
        var seen = TAtomics.Load(ref word);
        while (insists && (seen & Starving) != 0)
        {
            var found = TAtomics.CompareExchange(ref word, seen & ~Starving, seen);
            if (found == seen)
                break;
            seen = found;
        }

        TAtomics.WakeOne(ref word);
        return false;
    }
}
