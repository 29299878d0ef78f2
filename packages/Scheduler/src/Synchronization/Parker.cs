using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>Puts its owner to sleep until somebody hands it a token; at most one token is kept. Four bytes.</summary>
/// <remarks>
/// A mutable struct: keep it in a field (not readonly) and never copy it. Only one thread may park on it at a time; any may
/// unpark. What the unparking thread wrote before is visible to the parked one after.
/// </remarks>
public struct Parker
{
    private int _word;

    /// <summary>Takes the token, waiting as long as it takes.</summary>
    public void Park() => ParkerProtocol<HardwareAtomics>.Park(ref _word, Deadline.Never, CancellationToken.None);

    /// <summary>Takes the token, waiting a limited time.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether a token was taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no token was taken.</exception>
    public unsafe bool Park(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = new Deadline(timeout);
        cancellationToken.ThrowIfCancellationRequested();
        bool taken;
        fixed (int* word = &_word)
        {
            using var nudge = CancelNudge.Create(word, cancellationToken);
            taken = ParkerProtocol<HardwareAtomics>.Park(ref _word, deadline, cancellationToken);
        }

        if (!taken)
            cancellationToken.ThrowIfCancellationRequested();
        return taken;
    }

    /// <summary>Gives the token; wakes the owner if it is parked. A second token before the first is taken is dropped.</summary>
    public void Unpark() => ParkerProtocol<HardwareAtomics>.Unpark(ref _word);
}
