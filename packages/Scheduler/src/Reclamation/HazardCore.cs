using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Reclamation;

/// <summary>
/// Hazard pointers: M. Michael, "Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects" (2004). A reader shows what
/// it is about to use and looks whether it is still linked; a reclaimer looks at everything shown.
/// </summary>
internal sealed class HazardCore<TAtomics>
    where TAtomics : struct, IAtomics
{
    private object? _first;

    public void Register(HazardRecord<TAtomics> record)
    {
        var first = TAtomics.Load(ref _first);
        while (true)
        {
            record.Next = (HazardRecord<TAtomics>?)first;
            var found = TAtomics.CompareExchange(ref _first, record, first);
            if (ReferenceEquals(found, first))
                return;
            first = found;
        }
    }

    public HazardRecord<TAtomics>? TryReuse()
    {
        for (var record = First(); record is not null; record = record.Next)
        {
            if (TAtomics.Load(ref record.InUse) == 0 && TAtomics.CompareExchange(ref record.InUse, 1, 0) == 0)
                return record;
        }

        return null;
    }

    /// <summary>Reads a cell and protects what it holds.</summary>
    public static object? Protect(HazardRecord<TAtomics> record, ref object? cell)
    {
        var seen = TAtomics.Load(ref cell);
        while (true)
        {
            TAtomics.Store(ref record.Shown, seen);

            // Partner of the heavy fence in IsShown: either the reclaimer sees what we show, or we see that it is gone.
            TAtomics.LightFence();
            var again = TAtomics.Load(ref cell);
            if (ReferenceEquals(again, seen))
                return seen;
            seen = again;
        }
    }

    public static void Clear(HazardRecord<TAtomics> record) => TAtomics.Store(ref record.Shown, null);

    /// <summary>Everything anybody protects, after a heavy fence.</summary>
    public void CollectShown(HashSet<object> shown)
    {
        TAtomics.HeavyFence();
        for (var record = First(); record is not null; record = record.Next)
        {
            if (TAtomics.Load(ref record.Shown) is { } item)
                shown.Add(item);
        }
    }

    private HazardRecord<TAtomics>? First() => (HazardRecord<TAtomics>?)TAtomics.Load(ref _first);
}
