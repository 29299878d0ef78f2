using Gabbro.Platform;
using Gabbro.Platform.Polling;
using Gabbro.Reactor.Backends;

namespace Gabbro.Reactor.Tests;

/// <summary>
/// Real sockets that report as kqueue does, for running the backend of macOS where no macOS is: each direction is a filter with
/// events of its own, the end of the peer's stream is a flag of both, a batch holds them in any order, and what does not fit
/// comes in a later one. Platform's tests hold the calls of kqueue itself to a model of the manual page; this one holds the
/// loop above it to the contract. Neither has seen a Mac.
/// </summary>
internal sealed class KqueueModel(int seed) : ReadySource
{
    private readonly ReadinessPoller _poller = new();
    private readonly Random _random = new(seed);
    private readonly HashSet<ulong> _registered = [];
    private readonly List<PollEvent> _pending = new(256);
    private readonly PollEvent[] _arrived = new PollEvent[64];

    public override bool NeedsRearm => false;

    public override void Add(SystemHandle handle, ulong token, PollInterest interest)
    {
        _registered.Add(token);
        _poller.Add(handle, token, interest | PollInterest.EdgeTriggered);
    }

    /// <summary>Deleting the filters takes back events of them that nobody has fetched, as EV_DELETE does.</summary>
    public override void Remove(SystemHandle handle, ulong token)
    {
        _registered.Remove(token);
        _pending.RemoveAll(item => item.Token == token);
        _poller.Remove(handle);
    }

    public override void Rearm(SystemHandle handle)
    {
    }

    public override int Wait(Span<PollEvent> events, TimeSpan timeout)
    {
        int count = _poller.Wait(_arrived, _pending.Count > 0 ? TimeSpan.Zero : timeout);
        for (int i = 0; i < count; i++)
            Split(_arrived[i]);
        int room = Math.Min(events.Length, _pending.Count == 0 ? 0 : 1 + _random.Next(_pending.Count));
        for (int i = 0; i < room; i++)
        {
            int index = _random.Next(_pending.Count);
            events[i] = _pending[index];
            _pending.RemoveAt(index);
        }

        return room;
    }

    public override void Wake() => _poller.Wake();

    public override void Dispose() => _poller.Dispose();

    private void Split(PollEvent item)
    {
        if (!_registered.Contains(item.Token))
            return;
        bool error = (item.Readiness & PollReadiness.Error) != 0;
        bool end = (item.Readiness & (PollReadiness.ReadClosed | PollReadiness.HangUp)) != 0;
        bool broken = (item.Readiness & PollReadiness.HangUp) != 0 || error;
        PollReadiness ofError = error ? PollReadiness.Error : PollReadiness.None;
        if (item.IsReadable || end || error)
            Merge(item.Token, PollReadiness.Readable | (end || error ? PollReadiness.ReadClosed : PollReadiness.None) | ofError);
        if (item.IsWritable || broken)
            Merge(item.Token, PollReadiness.Writable | (broken ? PollReadiness.HangUp : PollReadiness.None) | ofError);
    }

    /// <summary>A filter is in the queue once, with the flags of the latest edge.</summary>
    private void Merge(ulong token, PollReadiness readiness)
    {
        const PollReadiness Direction = PollReadiness.Readable | PollReadiness.Writable;
        for (int i = 0; i < _pending.Count; i++)
        {
            if (_pending[i].Token != token || (_pending[i].Readiness & Direction) != (readiness & Direction))
                continue;
            _pending[i] = new PollEvent(token, _pending[i].Readiness | readiness);
            return;
        }

        _pending.Add(new PollEvent(token, readiness));
    }
}
