using Gabbro.Platform;
using Gabbro.Platform.Polling;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Net;

/// <summary>
/// Waits until a descriptor of any kind is ready, for what the loop has no type of: netlink sockets, timer descriptors, the
/// sockets of another library. The calls on it stay with whoever uses it.
/// </summary>
/// <remarks>
/// <para>Edge triggered: after a wait has completed, call until the system says "would block", and only then wait again. A wait
/// may complete although a call then blocks, so the descriptor must be non-blocking.</para>
/// <para>The descriptor stays the caller's: dispose the watch before closing it. On Windows only sockets can be watched. All
/// members belong to the loop's thread; waiting allocates nothing.</para>
/// </remarks>
/// <example>
/// <code>
/// using ReadinessWatch watch = loop.Watch(descriptor);
/// while (true)
/// {
///     while (descriptor.TryRead(buffer, out int count, out NativeError error))
///         Use(buffer.AsSpan(0, count));
///     await watch.WaitReadableAsync();
/// }
/// </code>
/// </example>
public sealed class ReadinessWatch : IDisposable
{
    private readonly WatchDevice _device;
    private readonly LoopGate _readable;
    private readonly LoopGate _writable;

    internal ReadinessWatch(EventLoop loop, PollerBackend backend, SystemHandle handle, PollInterest interest)
    {
        Loop = loop;
        _readable = new LoopGate(loop, "Another wait for this direction is pending.");
        _writable = new LoopGate(loop, "Another wait for this direction is pending.");
        _device = new WatchDevice(backend, loop, handle, interest, this);
    }

    /// <summary>The loop the watch belongs to.</summary>
    public EventLoop Loop { get; }

    /// <summary>True once the watch was disposed.</summary>
    public bool IsClosed => _device.IsClosed;

    /// <summary>Waits until a read would not block: data, the end, or an error.</summary>
    /// <param name="cancellationToken">Ends the wait; readiness that comes later is not lost.</param>
    /// <exception cref="InvalidOperationException">Another wait for this direction is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The watch is, or was meanwhile, disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask WaitReadableAsync(CancellationToken cancellationToken = default) => WaitAsync(_readable, Ready.Readable, cancellationToken);

    /// <summary>Waits until a write would not block: room, or an error.</summary>
    /// <param name="cancellationToken">Ends the wait; readiness that comes later is not lost.</param>
    /// <exception cref="InvalidOperationException">Another wait for this direction is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The watch is, or was meanwhile, disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask WaitWritableAsync(CancellationToken cancellationToken = default) => WaitAsync(_writable, Ready.Writable, cancellationToken);

    /// <summary>Stops watching; waits that are pending fail with <see cref="ObjectDisposedException"/>. Disposing twice is fine.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Dispose()
    {
        if (IsClosed)
            return;
        Loop.VerifyAccess();
        _device.Close();
    }

    internal void Told(Ready ready)
    {
        if ((ready & Ready.Readable) != 0)
            _readable.Open();
        if ((ready & Ready.Writable) != 0)
            _writable.Open();
    }

    internal bool IsAwaited(Ready direction) => direction == Ready.Readable ? _readable.IsAwaited : _writable.IsAwaited;

    internal void Closed()
    {
        ObjectDisposedException reason = new(nameof(ReadinessWatch), "The watch was disposed while a wait was pending.");
        _readable.Fail(reason);
        _writable.Fail(reason);
    }

    private ValueTask WaitAsync(LoopGate gate, Ready direction, CancellationToken cancellationToken)
    {
        Loop.VerifyAccess();
        ObjectDisposedException.ThrowIf(IsClosed, this);
        gate.CheckFree();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        return _device.TryTake(direction) ? ValueTask.CompletedTask : gate.WaitAsync(cancellationToken);
    }
}
