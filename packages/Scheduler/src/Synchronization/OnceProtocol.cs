using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>Fresh -> Running -> Done, or back to Fresh when the action threw; Awaited marks sleepers behind Running.</summary>
internal static class OnceProtocol<TAtomics>
    where TAtomics : struct, IAtomics
{
    public const int Fresh = 0;
    public const int Running = 1;
    public const int Awaited = 2;
    public const int Done = 3;

    /// <summary>True: the caller must run the action and then call <see cref="Finish"/>. False: it is done.</summary>
    public static bool Begin(ref int word)
    {
        while (true)
        {
            var seen = TAtomics.Load(ref word);
            switch (seen)
            {
                case Done:
                    return false;
                case Fresh:
                    if (TAtomics.CompareExchange(ref word, Running, Fresh) == Fresh)
                        return true;
                    break;
                case Running:
                    TAtomics.CompareExchange(ref word, Awaited, Running);
                    break;
                default:
                    TAtomics.Wait(ref word, Awaited, Timeout.InfiniteTimeSpan);
                    break;
            }
        }
    }

    public static void Finish(ref int word, bool done)
    {
        if (TAtomics.Exchange(ref word, done ? Done : Fresh) == Awaited)
            TAtomics.WakeAll(ref word);
    }
}
