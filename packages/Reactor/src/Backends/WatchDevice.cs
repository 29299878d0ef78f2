using Gabbro.Platform;
using Gabbro.Platform.Polling;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Backends;

/// <summary>A descriptor of somebody else's, watched by a poller.</summary>
internal sealed class WatchDevice : Device, IReadinessDevice
{
    private readonly PollerBackend _backend;
    private readonly SystemHandle _handle;
    private readonly ReadinessWatch _watch;
    private Ready _ready;

    public WatchDevice(PollerBackend backend, EventLoop loop, SystemHandle handle, PollInterest interest, ReadinessWatch watch)
        : base(loop)
    {
        _backend = backend;
        _handle = handle;
        _watch = watch;
        try
        {
            backend.Watch(handle, Token, interest);
        }
        catch
        {
            loop.Devices.Remove(Token);
            throw;
        }
    }

    /// <summary>Takes readiness that was told since the last wait.</summary>
    /// <returns>False when there was none: the next edge opens the watch.</returns>
    public bool TryTake(Ready direction)
    {
        if ((_ready & direction) != 0)
        {
            _ready &= ~direction;
            return true;
        }

        _backend.AwaitEdge(_handle);
        return false;
    }

    public void OnReady(Ready ready)
    {
        // Kept only for a direction that nobody waits for: who waits takes it right now.
        Ready told = (ready & (Ready.Readable | Ready.Writable)) | ((ready & Ready.ReadClosed) != 0 ? Ready.Readable : Ready.None);
        foreach (Ready direction in (ReadOnlySpan<Ready>)[Ready.Readable, Ready.Writable])
        {
            if ((told & direction) == 0 || IsClosed)
                continue;
            if (_watch.IsAwaited(direction))
                _watch.Told(direction);
            else
                _ready |= direction;
        }
    }

    public override void Cancel(IoOperation operation) =>
        throw new InvalidOperationException("A watch has no operations of its own.");

    protected override void CloseCore()
    {
        _backend.Unwatch(_handle, Token);
        _watch.Closed();
    }
}
