namespace Gabbro.Reactor.Time;

/// <summary>
/// A timer of a <see cref="LoopTimeProvider"/>. Its contract lets any thread change and dispose it, so a change from
/// elsewhere goes to the loop as a callback; the number of the latest change makes earlier ones void.
/// </summary>
internal sealed class ProvidedTimer(EventLoop loop, TimerCallback callback, object? state) : WheelTimer, ITimer
{
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private int _change;
    private volatile bool _disposed;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed)
            return false;
        int change = Interlocked.Increment(ref _change);
        if (loop.IsOnLoopThread)
            Apply(change, dueTime, period);
        else
            return loop.TryPost(new WorkItem(() => Apply(change, dueTime, period), null));
        return true;
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _disposed = true;
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    protected internal override void OnExpired()
    {
        if (_period > TimeSpan.Zero)
            loop.StartTimer(this, _period);
        callback(state);
    }

    private void Apply(int change, TimeSpan dueTime, TimeSpan period)
    {
        if (change != Volatile.Read(ref _change))
            return;
        _period = period;
        if (dueTime >= TimeSpan.Zero)
            loop.StartTimer(this, dueTime);
        else
            loop.RemoveTimer(this);
    }
}
