using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>A condition variable of four bytes, used with a <see cref="FutexMutex"/>.</summary>
/// <remarks>
/// A mutable struct: keep it in a field and never copy it. A wait may end for no reason; look at the condition in a loop.
/// Waiters are woken in the order the kernel keeps, oldest first. Blocking; allocates nothing, except when given a token
/// that can be cancelled.
/// </remarks>
public struct FutexCondition
{
    private int _sequence;

    /// <summary>Leaves the mutex, waits to be notified, and enters the mutex again.</summary>
    /// <param name="mutex">Held by the caller.</param>
    /// <exception cref="SynchronizationLockException">Nobody holds the mutex.</exception>
    public void Wait(ref FutexMutex mutex) => Wait(ref mutex, Timeout.InfiniteTimeSpan);

    /// <summary>Leaves the mutex, waits a limited time to be notified, and enters the mutex again.</summary>
    /// <param name="mutex">Held by the caller, and held again whatever ends the wait, an exception included.</param>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the time was over.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative and not infinite.</exception>
    /// <exception cref="SynchronizationLockException">Nobody holds the mutex.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public unsafe bool Wait(ref FutexMutex mutex, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = new Deadline(timeout);
        cancellationToken.ThrowIfCancellationRequested();
        bool notified;
        fixed (int* sequence = &_sequence)
        {
            using var nudge = CancelNudge.Create(sequence, cancellationToken);
            notified = ConditionProtocol<HardwareAtomics>.Wait(ref _sequence, ref mutex.Word, deadline.Remaining);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return notified;
    }

    /// <summary>Wakes one waiter, if there is one. The caller may hold the mutex or not.</summary>
    public void NotifyOne() => ConditionProtocol<HardwareAtomics>.NotifyOne(ref _sequence);

    /// <summary>Wakes all waiters. The caller may hold the mutex or not.</summary>
    public void NotifyAll() => ConditionProtocol<HardwareAtomics>.NotifyAll(ref _sequence);
}
