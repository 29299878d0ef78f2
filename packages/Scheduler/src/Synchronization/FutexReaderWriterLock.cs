using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>A reader-writer lock of 24 bytes in which neither side starves.</summary>
/// <remarks>
/// <para>A mutable struct: keep it in a field (not readonly) and never copy it. The default value is free. Not re-entrant,
/// no upgrade. Phase-fair: a reader waits for at most one writer, a writer for the readers already inside and for writers
/// before it.</para>
/// <para>A reader that meets no writer pays one interlocked addition in and one out. Blocking; allocates nothing, except
/// when given a token that can be cancelled.</para>
/// <para>B. Brandenburg and J. Anderson, "Spin-Based Reader-Writer Synchronization for Multiprocessor Real-Time Systems"
/// (2010).</para>
/// </remarks>
public struct FutexReaderWriterLock
{
    private ReaderWriterState _state;

    /// <summary>Enters as a reader, waiting as long as it takes.</summary>
    public void EnterRead() =>
        ReaderWriterProtocol<HardwareAtomics>.EnterRead(ref _state, Deadline.Never, CancellationToken.None);

    /// <summary>Enters as a reader if no writer is there.</summary>
    /// <returns>Whether it was entered.</returns>
    public bool TryEnterRead() => ReaderWriterProtocol<HardwareAtomics>.TryEnterRead(ref _state);

    /// <summary>Enters as a reader, waiting a limited time.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was entered.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is not held.</exception>
    public unsafe bool TryEnterRead(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = new Deadline(timeout);
        cancellationToken.ThrowIfCancellationRequested();
        bool entered;
        fixed (int* word = &_state.Turn)
        {
            using var nudge = CancelNudge.Create(word, cancellationToken);
            entered = ReaderWriterProtocol<HardwareAtomics>.EnterRead(ref _state, deadline, cancellationToken);
        }

        if (!entered)
            cancellationToken.ThrowIfCancellationRequested();
        return entered;
    }

    /// <summary>Leaves as a reader.</summary>
    /// <exception cref="SynchronizationLockException">No reader holds the lock.</exception>
    public void ExitRead() => ReaderWriterProtocol<HardwareAtomics>.ExitRead(ref _state);

    /// <summary>Enters as the writer, waiting as long as it takes.</summary>
    public void EnterWrite() =>
        ReaderWriterProtocol<HardwareAtomics>.EnterWrite(ref _state, Deadline.Never, CancellationToken.None);

    /// <summary>Enters as the writer if nobody is inside.</summary>
    /// <returns>Whether it was entered.</returns>
    public bool TryEnterWrite() => ReaderWriterProtocol<HardwareAtomics>.TryEnterWrite(ref _state);

    /// <summary>Enters as the writer, waiting a limited time.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was entered.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is not held.</exception>
    public unsafe bool TryEnterWrite(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = new Deadline(timeout);
        cancellationToken.ThrowIfCancellationRequested();
        bool entered;
        fixed (ReaderWriterState* state = &_state)
        {
            // The wait may be for other writers or for readers, on one word each.
            using var writers = CancelNudge.Create(&state->Writers, cancellationToken);
            using var readers = CancelNudge.Create(&state->ReadersOut, cancellationToken);
            entered = ReaderWriterProtocol<HardwareAtomics>.EnterWrite(ref _state, deadline, cancellationToken);
        }

        if (!entered)
            cancellationToken.ThrowIfCancellationRequested();
        return entered;
    }

    /// <summary>Leaves as the writer.</summary>
    /// <exception cref="SynchronizationLockException">No writer holds the lock.</exception>
    public void ExitWrite() => ReaderWriterProtocol<HardwareAtomics>.ExitWrite(ref _state);
}
