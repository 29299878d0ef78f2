using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>A mutual-exclusion lock of four bytes that blocks in the kernel when it must.</summary>
/// <remarks>
/// <para>A mutable struct: keep it in a field (not readonly) and never copy it. The default value is free. Not re-entrant:
/// a thread that enters twice waits for itself for ever. It knows no owner, so another thread may leave it.</para>
/// <para>Uncontended one compare-and-swap in and one out; contended it spins about a microsecond, then sleeps. A waiter is
/// overtaken by newcomers at most four times; after that they queue. Blocking; allocates nothing, except when given a
/// token that can be cancelled.</para>
/// <para>U. Drepper, "Futexes Are Tricky" (2011).</para>
/// </remarks>
public struct FutexMutex
{
    private int _word;

    /// <summary>Whether somebody holds the lock; a hint.</summary>
    public readonly bool IsHeld => (_word & MutexProtocol<HardwareAtomics>.Locked) != 0;

    /// <summary>Enters, waiting as long as it takes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (!MutexProtocol<HardwareAtomics>.TryLock(ref _word))
            MutexProtocol<HardwareAtomics>.LockSlow(ref _word, Deadline.Never, CancellationToken.None);
    }

    /// <summary>Enters, waiting until the token is cancelled.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is not held.</exception>
    public void Enter(CancellationToken cancellationToken) => TryEnter(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Enters if nobody holds the lock.</summary>
    /// <returns>Whether it was entered.</returns>
    public bool TryEnter() => MutexProtocol<HardwareAtomics>.TryLock(ref _word);

    /// <summary>Enters, waiting a limited time.</summary>
    /// <param name="timeout">The longest wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was entered.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is not held.</exception>
    public unsafe bool TryEnter(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = new Deadline(timeout);
        cancellationToken.ThrowIfCancellationRequested();
        if (MutexProtocol<HardwareAtomics>.TryLock(ref _word))
            return true;
        bool entered;
        fixed (int* word = &_word)
        {
            using var nudge = CancelNudge.Create(word, cancellationToken);
            entered = MutexProtocol<HardwareAtomics>.LockSlow(ref _word, deadline, cancellationToken);
        }

        if (!entered)
            cancellationToken.ThrowIfCancellationRequested();
        return entered;
    }

    /// <summary>Leaves, and wakes a waiter if there may be one.</summary>
    /// <exception cref="SynchronizationLockException">Nobody holds the lock.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => MutexProtocol<HardwareAtomics>.Unlock(ref _word);

    /// <summary>The word itself, for <see cref="FutexCondition"/>.</summary>
    [UnscopedRef]
    internal ref int Word => ref _word;
}
