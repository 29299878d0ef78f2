using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>
/// A counting semaphore over two words: permits, and how many wait. A releaser adds a permit and then looks for waiters;
/// a waiter announces itself and then looks at the permits, both by interlocked operations, so one sees the other.
/// </summary>
internal static class SemaphoreProtocol<TAtomics>
    where TAtomics : struct, IAtomics
{
    private const int SpinRounds = 5;

    public static bool TryAcquire(ref int permits)
    {
        var seen = TAtomics.Load(ref permits);
        while (seen > 0)
        {
            var found = TAtomics.CompareExchange(ref permits, seen - 1, seen);
            if (found == seen)
                return true;
            seen = found;
        }

        return false;
    }

    public static bool AcquireSlow(ref int permits, ref int waiters, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var round = 0; round < SpinRounds; round++)
        {
            TAtomics.Pause(round);
            if (TryAcquire(ref permits))
                return true;
        }

        TAtomics.Add(ref waiters, 1);
        while (true)
        {
            if (TryAcquire(ref permits))
            {
                TAtomics.Add(ref waiters, -1);
                return true;
            }

            var remaining = deadline.Remaining;
            if (cancellationToken.IsCancellationRequested
                || remaining == TimeSpan.Zero
                || !TAtomics.Wait(ref permits, 0, remaining))
            {
                // A permit released to us meanwhile must not be lost, and one taken by nobody is still there for others.
                TAtomics.Add(ref waiters, -1);
                if (!cancellationToken.IsCancellationRequested && TryAcquire(ref permits))
                    return true;
                if (TAtomics.Load(ref permits) > 0)
                    TAtomics.WakeOne(ref permits);
                return false;
            }
        }
    }

    public static void Release(ref int permits, ref int waiters, int count)
    {
        TAtomics.Add(ref permits, count);
        var asleep = TAtomics.Load(ref waiters);
        for (var i = Math.Min(asleep, count); i > 0; i--)
            TAtomics.WakeOne(ref permits);
    }
}
