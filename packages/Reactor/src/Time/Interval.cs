namespace Gabbro.Reactor.Time;

/// <summary>
/// Ticks at a fixed period without drift: deadlines are multiples of the period, however long the work between the waits
/// takes and however late a wait is noticed.
/// </summary>
/// <remarks>Belongs to its loop's thread; one waiter at a time. A wait allocates nothing once warm.</remarks>
public sealed class Interval
{
    private readonly EventLoop _loop;
    private readonly long _period;
    private readonly MissedTicks _missed;
    private long _next;
    private bool _waiting;

    /// <summary>Starts an interval; its first tick comes one period from now.</summary>
    /// <param name="loop">The loop whose clock it follows.</param>
    /// <param name="period">The period, at least a millisecond.</param>
    /// <param name="missed">What to do about missed ticks.</param>
    /// <exception cref="ArgumentNullException"><paramref name="loop"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The period is shorter than a millisecond, or the policy is not one.</exception>
    public Interval(EventLoop loop, TimeSpan period, MissedTicks missed = MissedTicks.Burst)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.FromMilliseconds(1));
        if (missed > MissedTicks.Skip)
            throw new ArgumentOutOfRangeException(nameof(missed), missed, "Not a policy.");
        loop.VerifyAccess();
        _loop = loop;
        _period = period.Ticks;
        _missed = missed;
        _next = Present + _period;
    }

    private long Present => _loop.BackendImplementation.Nanoseconds / 100;

    /// <summary>Waits for the next tick.</summary>
    /// <param name="cancellationToken">Ends the wait early; the tick is not used up.</param>
    /// <returns>How late the tick is.</returns>
    /// <exception cref="InvalidOperationException">Another wait is pending, or the caller is on another thread.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public async ValueTask<TimeSpan> WaitAsync(CancellationToken cancellationToken = default)
    {
        _loop.VerifyAccess();
        if (_waiting)
            throw new InvalidOperationException("Another wait for this interval is pending.");
        _waiting = true;
        try
        {
            long ahead = _next - Present;
            if (ahead > 0)
                await _loop.DelayAsync(TimeSpan.FromTicks(ahead), cancellationToken);
            else
                cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            _waiting = false;
        }

        long late = Present - _next;
        _next = _missed switch
        {
            MissedTicks.Burst => _next + _period,
            MissedTicks.Delay => Present + _period,
            _ => _next + (late / _period + 1) * _period,
        };
        return TimeSpan.FromTicks(late);
    }
}
