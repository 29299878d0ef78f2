namespace Gabbro.Reactor.Time;

/// <summary>The loop's clock and timers for code that takes a TimeProvider; callbacks run on the loop.</summary>
internal sealed class LoopTimeProvider(EventLoop loop) : TimeProvider
{
    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => loop.BackendImplementation.Nanoseconds;

    public override DateTimeOffset GetUtcNow() => loop.BackendImplementation.UtcNow;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ProvidedTimer timer = new(loop, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
