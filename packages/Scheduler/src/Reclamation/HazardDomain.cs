using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Reclamation;

/// <summary>Hazard pointers: protects single things from being reclaimed while a thread uses them.</summary>
/// <remarks>
/// Needed for what is reused or freed by hand, as <see cref="EpochDomain"/>. Dearer to read through, one store and two loads
/// for each thing, but a stopped thread holds back only what it protects: at most one thing per hazard pointer waits in
/// vain. M. Michael, "Hazard Pointers" (2004).
/// </remarks>
public sealed class HazardDomain
{
    internal readonly HazardCore<HardwareAtomics> Core = new();

    /// <summary>A hazard pointer for one thread at a time.</summary>
    /// <returns>The pointer; dispose it when the thread is done.</returns>
    public HazardPointer Acquire() => new(this);
}
