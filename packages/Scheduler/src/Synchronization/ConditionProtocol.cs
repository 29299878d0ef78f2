using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>
/// A condition variable over one counter: a waiter reads it while it still holds the mutex and sleeps while it has that
/// value, so a notification after the mutex was left changes what the kernel compares.
/// </summary>
/// <remarks>The counter wraps after 2^32 notifications; a waiter would have to be preempted for exactly that many.</remarks>
internal static class ConditionProtocol<TAtomics>
    where TAtomics : struct, IAtomics
{
    public static bool Wait(ref int sequence, ref int mutex, TimeSpan timeout)
    {
        var seen = TAtomics.Load(ref sequence);
        MutexProtocol<TAtomics>.Unlock(ref mutex);
        var notified = timeout != TimeSpan.Zero && TAtomics.Wait(ref sequence, seen, timeout);
        if (!MutexProtocol<TAtomics>.TryLock(ref mutex))
            MutexProtocol<TAtomics>.LockSlow(ref mutex, Deadline.Never, CancellationToken.None);
        return notified;
    }

    public static void NotifyOne(ref int sequence)
    {
        TAtomics.Add(ref sequence, 1);
        TAtomics.WakeOne(ref sequence);
    }

    public static void NotifyAll(ref int sequence)
    {
        TAtomics.Add(ref sequence, 1);
        TAtomics.WakeAll(ref sequence);
    }
}
