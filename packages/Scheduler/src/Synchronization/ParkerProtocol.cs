using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>One token: Empty, Given, or Parked (empty, and its owner asleep).</summary>
internal static class ParkerProtocol<TAtomics>
    where TAtomics : struct, IAtomics
{
    private const int Empty = 0;
    private const int Given = 1;
    private const int Parked = 2;

    public static bool Park(ref int word, Deadline deadline, CancellationToken cancellationToken)
    {
        if (TAtomics.CompareExchange(ref word, Empty, Given) == Given)
            return true;
        TAtomics.CompareExchange(ref word, Parked, Empty);
        while (TAtomics.Load(ref word) == Parked)
        {
            var remaining = deadline.Remaining;
            if (cancellationToken.IsCancellationRequested
                || remaining == TimeSpan.Zero
                || !TAtomics.Wait(ref word, Parked, remaining))
            {
                break;
            }
        }

        // A token given in the last moment counts.
        return TAtomics.Exchange(ref word, Empty) == Given;
    }

    public static void Unpark(ref int word)
    {
        if (TAtomics.Exchange(ref word, Given) == Parked)
            TAtomics.WakeOne(ref word);
    }
}
