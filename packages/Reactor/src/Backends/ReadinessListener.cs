using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Time;

namespace Gabbro.Reactor.Backends;

/// <summary>
/// A listening socket of which the system says when a connection waits. Readiness is forgotten only when an accept says
/// that none does, so an edge is enough.
/// </summary>
/// <remarks>
/// Without descriptors left, accept fails while the connection stays in the queue: a loop that tries again at once spins,
/// one that waits for the next edge never wakes. This one keeps the readiness, stops trying, and tries again when a
/// descriptor of the loop is closed, and every <see cref="RetryMilliseconds"/> in case another part of the process closes one.
/// </remarks>
internal abstract class ReadinessListener : ListenerDevice, IReadinessDevice
{
    private const long RetryMilliseconds = 20;

    private readonly RetryTimer _retry;
    private AcceptOperation? _accept;
    private OperationShare _share;
    private bool _ready;
    private bool _postponed;
    private bool _exhausted;

    protected ReadinessListener(EventLoop loop)
        : base(loop) => _retry = new RetryTimer(this);

    public override bool Accept(AcceptOperation operation)
    {
        if (_ready && !_exhausted)
        {
            if (!_share.TryTake(Loop))
                Postpone();
            else if (Run(operation))
                return true;
        }

        _accept = operation;
        return false;
    }

    public override void AssumeReady() => _ready = true;

    public void OnReady(Ready ready)
    {
        if (IsClosed)
            return;
        if (ready == Ready.None)
            _postponed = false;
        else
            _ready = true;
        if (_accept is not { } accept || !_ready || _exhausted)
            return;
        if (!_share.TryTake(Loop))
        {
            Postpone();
            return;
        }

        if (!Run(accept))
            return;
        _accept = null;
        accept.OnCompleted();
    }

    public override void Cancel(IoOperation operation)
    {
        if (!ReferenceEquals(operation, _accept))
            return;
        _accept = null;
        operation.Error = SystemErrors.Canceled;
        operation.OnCompleted();
    }

    /// <summary>Accepts without waiting.</summary>
    /// <returns>False when no connection waits.</returns>
    protected abstract bool TryAccept(out StreamDevice? stream, out SocketEndpoint peer, out NativeError error);

    /// <summary>Closes the descriptor.</summary>
    protected abstract void CloseDescriptor();

    protected override void CloseCore()
    {
        EndExhaustion();
        CloseDescriptor();
        if (_accept is not { } accept)
            return;
        _accept = null;
        accept.Error = SystemErrors.Canceled;
        Loop.Complete(accept);
    }

    private bool Run(AcceptOperation operation)
    {
        while (TryAccept(out operation.Accepted, out operation.Peer, out operation.Error))
        {
            switch (operation.Error.Kind)
            {
                case ErrorKind.None:
                    return true;
                case ErrorKind.TooManyOpenFiles or ErrorKind.TooManyOpenFilesInSystem or ErrorKind.NoBufferSpace or ErrorKind.OutOfMemory:
                    BeginExhaustion();
                    return false;
                case ErrorKind.InvalidArgument or ErrorKind.InvalidHandle or ErrorKind.NotSocket or ErrorKind.NotSupported:
                    return true;
                default:
                    // What remains are errors of the connection that was about to be accepted, which Linux passes on: see
                    // accept(2), "Error handling". The next connection is not to blame.
                    continue;
            }
        }

        _ready = false;
        return false;
    }

    private void BeginExhaustion()
    {
        if (_exhausted)
            return;
        _exhausted = true;
        Loop.AcceptsRefused++;
        Loop.DescriptorsReturned += Retry;
        Loop.StartTimerCoarse(_retry, RetryMilliseconds * EventLoop.NanosecondsPerTick);
    }

    private void EndExhaustion()
    {
        if (!_exhausted)
            return;
        _exhausted = false;
        Loop.DescriptorsReturned -= Retry;
        Loop.CancelTimerCoarse(_retry);
    }

    private void Retry()
    {
        EndExhaustion();
        if (!IsClosed)
            Postpone();
    }

    private void Postpone()
    {
        if (_postponed)
            return;
        _postponed = true;
        Loop.Postpone(this);
    }

    private sealed class RetryTimer(ReadinessListener listener) : WheelTimer
    {
        protected internal override void OnExpired() => listener.Retry();
    }
}
