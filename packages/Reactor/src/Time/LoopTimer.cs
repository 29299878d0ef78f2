namespace Gabbro.Reactor.Time;

/// <summary>A timer that calls a callback on its loop. Made by <see cref="EventLoop.CreateTimer"/>; reusable; belongs to the loop's thread.</summary>
public sealed class LoopTimer : WheelTimer, IDisposable
{
    private readonly EventLoop _loop;
    private readonly Action<object?> _callback;
    private readonly object? _state;
    private bool _disposed;

    internal LoopTimer(EventLoop loop, Action<object?> callback, object? state)
    {
        _loop = loop;
        _callback = callback;
        _state = state;
    }

    /// <summary>Calls the callback once after a time; a call that is pending is moved. O(1), allocates nothing.</summary>
    /// <param name="due">Time from now.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="due"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The timer was disposed.</exception>
    public void Start(TimeSpan due)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _loop.StartTimer(this, due);
    }

    /// <summary>Takes back a pending call. O(1), allocates nothing.</summary>
    /// <returns>True when one was pending.</returns>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public bool Stop() => _loop.CancelTimer(this);

    /// <summary>Stops the timer for good.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Dispose()
    {
        if (_disposed)
            return;
        _loop.VerifyThread();
        _disposed = true;
        _loop.RemoveTimer(this);
    }

    /// <inheritdoc/>
    public override string ToString() => $"timer of {_callback.Method.DeclaringType}.{_callback.Method.Name}";

    /// <inheritdoc/>
    protected internal override void OnExpired() => _callback(_state);
}
