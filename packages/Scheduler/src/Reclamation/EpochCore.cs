using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Reclamation;

/// <summary>The clock of epoch-based reclamation: K. Fraser, "Practical Lock-Freedom" (2004).</summary>
/// <remarks>
/// A pinned participant shows the epoch it pinned in. The epoch advances only when every pinned participant shows the
/// present one. So what was unlinked in epoch e can be reached by nobody once the epoch is e + 2: whoever was pinned in e or
/// e + 1 and could have found it has unpinned since.
/// The pin is a store with the light fence, because pins are many; the advance pays with the heavy one.
/// </remarks>
internal sealed class EpochCore<TAtomics>
    where TAtomics : struct, IAtomics
{
    /// <summary>Shown by a participant that is not pinned.</summary>
    public const long Unpinned = -1;

    private CacheLine.PaddedInt64 _epoch;
    private object? _first;

    public long Epoch => TAtomics.Load(ref _epoch.Value);

    public void Register(EpochRecord<TAtomics> record)
    {
        var first = TAtomics.Load(ref _first);
        while (true)
        {
            record.Next = (EpochRecord<TAtomics>?)first;
            var found = TAtomics.CompareExchange(ref _first, record, first);
            if (ReferenceEquals(found, first))
                return;
            first = found;
        }
    }

    /// <summary>A record of a participant that has left, for a new one.</summary>
    public EpochRecord<TAtomics>? TryReuse()
    {
        for (var record = First(); record is not null; record = record.Next)
        {
            if (TAtomics.Load(ref record.InUse) == 0 && TAtomics.CompareExchange(ref record.InUse, 1, 0) == 0)
                return record;
        }

        return null;
    }

    public void Pin(EpochRecord<TAtomics> record)
    {
        while (true)
        {
            var epoch = TAtomics.Load(ref _epoch.Value);
            TAtomics.Store(ref record.Shown.Value, epoch);

            // Partner of the heavy fence in TryAdvance: either that sees this pin, or this sees the epoch it made.
            TAtomics.LightFence();
            if (TAtomics.Load(ref _epoch.Value) == epoch)
                return;
        }
    }

    public static void Unpin(EpochRecord<TAtomics> record) => TAtomics.Store(ref record.Shown.Value, Unpinned);

    /// <summary>Advances the epoch by one if nobody is pinned in an older one. Returns the present epoch.</summary>
    public long TryAdvance()
    {
        var epoch = TAtomics.Load(ref _epoch.Value);
        TAtomics.HeavyFence();
        for (var record = First(); record is not null; record = record.Next)
        {
            var shown = TAtomics.Load(ref record.Shown.Value);
            if (shown != Unpinned && shown != epoch)
                return epoch;
        }

        var found = TAtomics.CompareExchange(ref _epoch.Value, epoch + 1, epoch);
        return found == epoch ? epoch + 1 : found;
    }

    private EpochRecord<TAtomics>? First() => (EpochRecord<TAtomics>?)TAtomics.Load(ref _first);
}
