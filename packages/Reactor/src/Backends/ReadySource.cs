using Gabbro.Platform;
using Gabbro.Platform.Polling;

namespace Gabbro.Reactor.Backends;

/// <summary>Where a <see cref="PollerBackend"/> hears of readiness.</summary>
internal abstract class ReadySource : IDisposable
{
    /// <summary>True when an edge must be asked for again after a call would have blocked, and a short read proves nothing.</summary>
    public abstract bool NeedsRearm { get; }

    /// <summary>Watches a descriptor, edge triggered.</summary>
    public abstract void Add(SystemHandle handle, ulong token, PollInterest interest);

    /// <summary>Stops watching, before the descriptor is closed.</summary>
    public abstract void Remove(SystemHandle handle, ulong token);

    /// <summary>Asks for the next edge; see <see cref="NeedsRearm"/>.</summary>
    public abstract void Rearm(SystemHandle handle);

    /// <summary>Waits for events.</summary>
    public abstract int Wait(Span<PollEvent> events, TimeSpan timeout);

    /// <summary>Makes a wait return. Any thread.</summary>
    public abstract void Wake();

    /// <inheritdoc/>
    public abstract void Dispose();
}
