using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Reclamation;

/// <summary>What others see of a participant. Records are never unlinked, only used again.</summary>
internal sealed class EpochRecord<TAtomics>
    where TAtomics : struct, IAtomics
{
    public CacheLine.PaddedInt64 Shown = new() { Value = EpochCore<TAtomics>.Unpinned };
    public int InUse = 1;
    public EpochRecord<TAtomics>? Next;
}
