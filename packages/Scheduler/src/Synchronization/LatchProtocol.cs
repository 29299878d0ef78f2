using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>A count that only falls; zero opens. The sleeping word holds 0 closed, 1 closed and awaited, 2 open.</summary>
internal static class LatchProtocol<TAtomics>
    where TAtomics : struct, IAtomics
{
    private const int Closed = 0;
    private const int Awaited = 1;
    public const int Open = 2;

    /// <summary>False: there is less left than the caller wants to take.</summary>
    public static bool CountDown(ref int count, ref int word, int by)
    {
        var seen = TAtomics.Load(ref count);
        while (true)
        {
            if (seen < by)
                return false;
            var found = TAtomics.CompareExchange(ref count, seen - by, seen);
            if (found == seen)
                break;
            seen = found;
        }

        if (seen == by && TAtomics.Exchange(ref word, Open) == Awaited)
            TAtomics.WakeAll(ref word);
        return true;
    }

    public static bool Wait(ref int word, Deadline deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = TAtomics.Load(ref word);
            if (seen == Open)
                return true;
            if (seen == Closed)
            {
                TAtomics.CompareExchange(ref word, Awaited, Closed);
                continue;
            }

            var remaining = deadline.Remaining;
            if (cancellationToken.IsCancellationRequested
                || remaining == TimeSpan.Zero
                || !TAtomics.Wait(ref word, Awaited, remaining))
            {
                return TAtomics.Load(ref word) == Open;
            }
        }
    }
}
