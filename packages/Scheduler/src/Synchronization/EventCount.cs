using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>Lets threads sleep until a condition of somebody else's making may have changed; eight bytes.</summary>
/// <remarks>
/// <para>Waiter: <c>key = PrepareWait()</c>, look at the condition, then <c>CancelWait()</c> or <c>Wait(key)</c>, and begin
/// again. Notifier: change the condition, then <c>NotifyAll()</c>, which is one fence and one load while nobody waits. So
/// a lock-free structure gets blocking without paying for it.</para>
/// <para>A mutable struct: keep it in a field (not readonly) and never copy it.</para>
/// </remarks>
public struct EventCount
{
    private int _epoch;
    private int _waiters;

    /// <summary>Announces that the caller is about to wait.</summary>
    /// <returns>The key to wait with. Every call must be followed by one <see cref="CancelWait"/> or wait.</returns>
    public int PrepareWait() => EventCountProtocol<HardwareAtomics>.Prepare(ref _epoch, ref _waiters);

    /// <summary>The caller will not wait after all.</summary>
    public void CancelWait() => EventCountProtocol<HardwareAtomics>.Cancel(ref _waiters);

    /// <summary>Sleeps until a notification later than the key.</summary>
    /// <param name="key">From <see cref="PrepareWait"/>.</param>
    public void Wait(int key) =>
        EventCountProtocol<HardwareAtomics>.Commit(ref _epoch, ref _waiters, key, Deadline.Never, CancellationToken.None);

    /// <summary>Sleeps a limited time until a notification later than the key.</summary>
    /// <param name="key">From <see cref="PrepareWait"/>; used up, whatever ends the wait.</param>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the time was over.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public unsafe bool Wait(int key, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = new Deadline(timeout);
        bool notified;
        fixed (int* epoch = &_epoch)
        {
            using var nudge = CancelNudge.Create(epoch, cancellationToken);
            notified = EventCountProtocol<HardwareAtomics>.Commit(
                ref _epoch, ref _waiters, key, deadline, cancellationToken);
        }

        if (!notified)
            cancellationToken.ThrowIfCancellationRequested();
        return notified;
    }

    /// <summary>Wakes one waiter, if there is one. With several kinds of waiters use <see cref="NotifyAll"/>.</summary>
    public void NotifyOne() => EventCountProtocol<HardwareAtomics>.Notify(ref _epoch, ref _waiters, all: false);

    /// <summary>Wakes all waiters.</summary>
    public void NotifyAll() => EventCountProtocol<HardwareAtomics>.Notify(ref _epoch, ref _waiters, all: true);
}
