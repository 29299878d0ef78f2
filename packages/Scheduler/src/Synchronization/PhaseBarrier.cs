using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>A meeting point for a fixed number of threads, as often as they like; twelve bytes.</summary>
/// <remarks>
/// A mutable struct: keep it in a field (not readonly) and never copy it. A wait cannot be given up, since the others
/// count on the one that arrived. Blocking; allocates nothing.
/// </remarks>
public struct PhaseBarrier
{
    private readonly int _parties;
    private int _arrived;
    private int _phase;

    /// <summary>A barrier for this many threads.</summary>
    /// <param name="parties">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="parties"/> is below 1.</exception>
    public PhaseBarrier(int parties)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parties, 1);
        _parties = parties;
        _arrived = 0;
        _phase = 0;
    }

    /// <summary>Threads that meet.</summary>
    public readonly int Parties => _parties;

    /// <summary>Phases completed, wrapping around.</summary>
    public readonly int Phase => Volatile.Read(in _phase);

    /// <summary>Waits until all have arrived.</summary>
    /// <returns>True for exactly one of them, the one that arrived last.</returns>
    /// <exception cref="InvalidOperationException">The barrier is the default value, for no threads.</exception>
    public bool SignalAndWait()
    {
        if (_parties == 0)
            throw new InvalidOperationException("The barrier was not constructed.");
        return BarrierProtocol<HardwareAtomics>.SignalAndWait(ref _arrived, ref _phase, _parties);
    }
}
