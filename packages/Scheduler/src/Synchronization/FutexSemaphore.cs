using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>A counting semaphore of eight bytes.</summary>
/// <remarks>
/// A mutable struct: keep it in a field (not readonly) and never copy it. One compare-and-swap when a permit is there.
/// Newcomers may overtake sleepers. Blocking; allocates nothing, except when given a token that can be cancelled.
/// </remarks>
public struct FutexSemaphore
{
    private int _permits;
    private int _waiters;

    /// <summary>A semaphore with this many permits.</summary>
    /// <param name="permits">Not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> is negative.</exception>
    public FutexSemaphore(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        _permits = permits;
        _waiters = 0;
    }

    /// <summary>Permits nobody holds; a hint.</summary>
    public readonly int CurrentCount => _permits;

    /// <summary>Takes a permit, waiting as long as it takes.</summary>
    public void Acquire()
    {
        if (!TryAcquire())
            SemaphoreProtocol<HardwareAtomics>.AcquireSlow(ref _permits, ref _waiters, Deadline.Never, CancellationToken.None);
    }

    /// <summary>Takes a permit if one is there.</summary>
    /// <returns>Whether it was taken.</returns>
    public bool TryAcquire() => SemaphoreProtocol<HardwareAtomics>.TryAcquire(ref _permits);

    /// <summary>Takes a permit, waiting a limited time.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no permit was taken.</exception>
    public unsafe bool TryAcquire(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = new Deadline(timeout);
        cancellationToken.ThrowIfCancellationRequested();
        if (TryAcquire())
            return true;
        bool taken;
        fixed (int* permits = &_permits)
        {
            using var nudge = CancelNudge.Create(permits, cancellationToken);
            taken = SemaphoreProtocol<HardwareAtomics>.AcquireSlow(ref _permits, ref _waiters, deadline, cancellationToken);
        }

        if (!taken)
            cancellationToken.ThrowIfCancellationRequested();
        return taken;
    }

    /// <summary>Gives permits back, or adds new ones.</summary>
    /// <param name="count">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public void Release(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        SemaphoreProtocol<HardwareAtomics>.Release(ref _permits, ref _waiters, count);
    }
}
