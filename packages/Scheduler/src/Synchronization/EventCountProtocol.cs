using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>
/// An event count (D. Reed and R. Kanodia, 1979): a waiter announces itself and takes a key, looks at its condition, and
/// sleeps only if no notification came since the key.
/// </summary>
internal static class EventCountProtocol<TAtomics>
    where TAtomics : struct, IAtomics
{
    public static int Prepare(ref int epoch, ref int waiters)
    {
        // Interlocked: the waiter's look at its condition must not move before this.
        TAtomics.Add(ref waiters, 1);
        return TAtomics.Load(ref epoch);
    }

    public static void Cancel(ref int waiters) => TAtomics.Add(ref waiters, -1);

    public static bool Commit(ref int epoch, ref int waiters, int key, Deadline deadline, CancellationToken cancellationToken)
    {
        var notified = true;
        while (TAtomics.Load(ref epoch) == key)
        {
            var remaining = deadline.Remaining;
            if (cancellationToken.IsCancellationRequested
                || remaining == TimeSpan.Zero
                || !TAtomics.Wait(ref epoch, key, remaining))
            {
                notified = TAtomics.Load(ref epoch) != key;
                break;
            }
        }

        TAtomics.Add(ref waiters, -1);
        return notified;
    }

    public static void Notify(ref int epoch, ref int waiters, bool all)
    {
        // Partner of the addition in Prepare: the notifier's change of the condition is before this, its look after.
        TAtomics.Fence();
        if (TAtomics.Load(ref waiters) == 0)
            return;
        TAtomics.Add(ref epoch, 1);
        if (all)
            TAtomics.WakeAll(ref epoch);
        else
            TAtomics.WakeOne(ref epoch);
    }
}
