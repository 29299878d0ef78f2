using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Reclamation;

/// <summary>One hazard pointer. Records are never unlinked, only used again.</summary>
internal sealed class HazardRecord<TAtomics>
    where TAtomics : struct, IAtomics
{
    public object? Shown;
    public int InUse = 1;
    public HazardRecord<TAtomics>? Next;

    /// <summary>Keeps the next object in memory off this one's line.</summary>
    public CacheLine.PaddedInt64 Padding;
}
