using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Reclamation;

/// <summary>Epoch-based reclamation: tells when nobody can reach an unlinked thing any more.</summary>
/// <remarks>
/// <para>The garbage collector does this for objects. It is needed for what is reused or freed by hand: pooled nodes, native
/// memory, file mappings. Each thread takes a participant, pins it while it reads a shared structure, and retires what it has
/// unlinked; the callback runs on the same thread, at a later retirement, when two epochs have passed.</para>
/// <para>Pinning is one store and one load. One participant that stays pinned stops reclamation for all: what piles up is
/// unbounded. Use <see cref="HazardDomain"/> where that cannot be excluded. K. Fraser, "Practical Lock-Freedom"
/// (2004).</para>
/// </remarks>
public sealed class EpochDomain
{
    internal readonly EpochCore<HardwareAtomics> Core = new();

    /// <summary>The present epoch, for curiosity: it moves as participants retire.</summary>
    public long Epoch => Core.Epoch;

    /// <summary>A participant for one thread at a time.</summary>
    /// <returns>The participant; dispose it when the thread is done.</returns>
    public EpochParticipant Join() => new(this);
}
