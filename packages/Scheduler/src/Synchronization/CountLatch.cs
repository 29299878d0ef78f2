using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>Opens once, for good, when it has been counted down to zero; eight bytes.</summary>
/// <remarks>
/// A mutable struct: keep it in a field (not readonly) and never copy it. What a thread wrote before counting down is
/// visible to those who pass. Blocking; allocates nothing, except when given a token that can be cancelled.
/// </remarks>
public struct CountLatch
{
    private int _count;
    private int _word;

    /// <summary>A latch that opens after this many counts.</summary>
    /// <param name="count">Not negative; 0 is open from the start.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public CountLatch(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _count = count;
        _word = count == 0 ? LatchProtocol<HardwareAtomics>.Open : 0;
    }

    /// <summary>Counts left; a hint.</summary>
    public readonly int CurrentCount => _count;

    /// <summary>Whether it is open.</summary>
    public readonly bool IsOpen => Volatile.Read(in _word) == LatchProtocol<HardwareAtomics>.Open;

    /// <summary>Counts down, and opens at zero.</summary>
    /// <param name="by">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is below 1.</exception>
    /// <exception cref="InvalidOperationException">Fewer counts are left.</exception>
    public void CountDown(int by = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, 1);
        if (!LatchProtocol<HardwareAtomics>.CountDown(ref _count, ref _word, by))
            throw new InvalidOperationException("The latch has fewer counts left.");
    }

    /// <summary>Waits until it is open.</summary>
    public void Wait() => LatchProtocol<HardwareAtomics>.Wait(ref _word, Deadline.Never, CancellationToken.None);

    /// <summary>Waits a limited time until it is open.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is open.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public unsafe bool Wait(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = new Deadline(timeout);
        cancellationToken.ThrowIfCancellationRequested();
        bool open;
        fixed (int* word = &_word)
        {
            using var nudge = CancelNudge.Create(word, cancellationToken);
            open = LatchProtocol<HardwareAtomics>.Wait(ref _word, deadline, cancellationToken);
        }

        if (!open)
            cancellationToken.ThrowIfCancellationRequested();
        return open;
    }
}
