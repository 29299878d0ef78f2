using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>
/// A barrier over two words: how many have arrived, and the phase. The last to arrive resets the count and moves the phase,
/// in this order: nobody of the next phase can arrive before the phase has moved.
/// </summary>
internal static class BarrierProtocol<TAtomics>
    where TAtomics : struct, IAtomics
{
    private const int SpinRounds = 5;

    /// <summary>True for the one that arrived last.</summary>
    public static bool SignalAndWait(ref int arrived, ref int phase, int parties)
    {
        var current = TAtomics.Load(ref phase);
        if (TAtomics.Add(ref arrived, 1) == parties)
        {
            TAtomics.Store(ref arrived, 0);
            TAtomics.Add(ref phase, 1);
            TAtomics.WakeAll(ref phase);
            return true;
        }

        for (var round = 0; round < SpinRounds; round++)
        {
            if (TAtomics.Load(ref phase) != current)
                return false;
            TAtomics.Pause(round);
        }

        while (TAtomics.Load(ref phase) == current)
            TAtomics.Wait(ref phase, current, Timeout.InfiniteTimeSpan);
        return false;
    }
}
