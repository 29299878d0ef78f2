using Gabbro.Platform;
using Gabbro.Platform.Polling;

namespace Gabbro.Reactor.Backends;

/// <summary>Readiness from the system's poller: epoll, kqueue, or AFD polls that complete through a completion port.</summary>
internal sealed class PollerSource : ReadySource
{
    private readonly ReadinessPoller _poller = new();

    public override bool NeedsRearm => _poller.NeedsRearm;

    public override void Add(SystemHandle handle, ulong token, PollInterest interest) =>
        _poller.Add(handle, token, interest | PollInterest.EdgeTriggered);

    public override void Remove(SystemHandle handle, ulong token) => _poller.Remove(handle);

    public override void Rearm(SystemHandle handle) => _poller.Rearm(handle.DangerousGetHandle());

    public override int Wait(Span<PollEvent> events, TimeSpan timeout) => _poller.Wait(events, timeout);

    public override void Wake() => _poller.Wake();

    public override void Dispose() => _poller.Dispose();
}
