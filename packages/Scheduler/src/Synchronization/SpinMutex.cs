using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>A lock that never enters the kernel to sleep, for critical sections of a few instructions; four bytes.</summary>
/// <remarks>
/// A mutable struct: keep it in a field (not readonly) and never copy it. Waiting spins, then yields the processor. Not
/// re-entrant; unfair: no bound on overtaking. Prefer <see cref="FutexMutex"/> unless measured otherwise.
/// </remarks>
public struct SpinMutex
{
    private int _word;

    /// <summary>Whether somebody holds the lock; a hint.</summary>
    public readonly bool IsHeld => _word != 0;

    /// <summary>Enters.</summary>
    public void Enter()
    {
        if (Interlocked.CompareExchange(ref _word, 1, 0) != 0)
            EnterSlow();
    }

    /// <summary>Enters if nobody holds the lock.</summary>
    /// <returns>Whether it was entered.</returns>
    public bool TryEnter() => Volatile.Read(ref _word) == 0 && Interlocked.CompareExchange(ref _word, 1, 0) == 0;

    /// <summary>Leaves: one store.</summary>
    public void Exit() => Volatile.Write(ref _word, 0);

    private void EnterSlow()
    {
        for (var round = 0; ; round++)
        {
            // Read until it looks free: a compare-and-swap takes the line away from its holder each time.
            if (TryEnter())
                return;
            HardwareAtomics.Pause(round);
        }
    }
}
