using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>Growing pauses for a loop that retries: seven doublings of spinning, then the processor is yielded.</summary>
/// <remarks>A mutable struct; one per loop.</remarks>
public struct Backoff
{
    private const int SpinRounds = 7;

    private int _round;

    /// <summary>Whether spinning has had its chance and the caller should block if it can.</summary>
    public readonly bool IsCompleted => _round > SpinRounds + 3;

    /// <summary>After a lost race: spins, never yields, since somebody else made progress.</summary>
    public void Spin()
    {
        HardwareAtomics.Pause(Math.Min(_round, SpinRounds - 1));
        _round++;
    }

    /// <summary>While waiting for another thread's step: spins at first, then yields.</summary>
    public void Snooze()
    {
        HardwareAtomics.Pause(_round);
        _round++;
    }

    /// <summary>Begins again with short pauses.</summary>
    public void Reset() => _round = 0;
}
