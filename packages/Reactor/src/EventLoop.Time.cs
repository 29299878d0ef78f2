using Gabbro.Reactor.Time;

namespace Gabbro.Reactor;

public sealed partial class EventLoop
{
    /// <summary>A tick of the wheel is a millisecond.</summary>
    internal const long NanosecondsPerTick = 1_000_000;

    /// <summary>The farthest deadline, in ticks of a TimeSpan: 73 years. Anything later is "never" and would overflow the arithmetic.</summary>
    private const long MaxDueTicks = long.MaxValue / 400;

    private readonly TimerWheel _wheel;
    private readonly Stack<DelayOperation> _delays = new();
    private long _now;

    /// <summary>The loop's clock and timers in the form other libraries take; in a simulation, virtual time.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>The time since some fixed point, as of the start of the turn or of the latest poll; it only moves forward.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_now / 100);

    internal long NowNanoseconds => _now;

    /// <summary>
    /// Starts a timer, or moves one that is pending. O(1), no allocation. It expires in the first turn that begins not
    /// earlier than the deadline, rounded up to a millisecond, and never before it.
    /// </summary>
    /// <param name="timer">The timer.</param>
    /// <param name="due">Time from now; zero for the next turn.</param>
    /// <exception cref="ArgumentNullException"><paramref name="timer"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="due"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void StartTimer(WheelTimer timer, TimeSpan due)
    {
        VerifyAccess();
        ArgumentOutOfRangeException.ThrowIfLessThan(due, TimeSpan.Zero);
        _wheel.Start(timer, DeadlineTick(_backend.Nanoseconds, due));
    }

    /// <summary>
    /// Cancels a timer. O(1), no allocation. The loop may refer to the object for a while longer, so that starting it again
    /// costs next to nothing; <see cref="LoopTimer.Dispose"/> lets go of it.
    /// </summary>
    /// <param name="timer">The timer.</param>
    /// <returns>True when it was pending and will not expire.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="timer"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public bool CancelTimer(WheelTimer timer)
    {
        VerifyAccess();
        return _wheel.Cancel(timer);
    }

    /// <summary>Makes a timer that calls a callback.</summary>
    /// <param name="callback">The callback, run on the loop.</param>
    /// <param name="state">Its argument.</param>
    /// <returns>The timer, not started.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="callback"/> is null.</exception>
    public LoopTimer CreateTimer(Action<object?> callback, object? state = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new LoopTimer(this, callback, state);
    }

    /// <summary>
    /// Completes after a time. Allocates nothing once as many delays have been pending at once before.
    /// </summary>
    /// <param name="time">How long; zero completes in the next turn.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <returns>A task to await once.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask DelayAsync(TimeSpan time, CancellationToken cancellationToken = default)
    {
        VerifyAccess();
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        DelayOperation operation = _delays.Count > 0 ? _delays.Pop() : new DelayOperation(this);
        return operation.Begin(time, cancellationToken);
    }

    internal void Return(DelayOperation operation) => _delays.Push(operation);

    /// <summary>Starts a timer relative to the cached present: no clock reading, early by no more than the turn has lasted.</summary>
    internal void StartTimerCoarse(WheelTimer timer, long dueNanoseconds) =>
        _wheel.Start(timer, (_now + dueNanoseconds + NanosecondsPerTick - 1) / NanosecondsPerTick);

    internal void CancelTimerCoarse(WheelTimer timer) => _wheel.Cancel(timer);

    /// <summary>Cancels a timer whose object is about to be given up.</summary>
    internal void RemoveTimer(WheelTimer timer) => _wheel.Remove(timer);

    private static long DeadlineTick(long now, TimeSpan due)
    {
        long nanoseconds = Math.Min(due.Ticks, MaxDueTicks) * 100;
        return (now + nanoseconds + NanosecondsPerTick - 1) / NanosecondsPerTick;
    }

    private void RunTimers()
    {
        _wheel.Advance(_now / NanosecondsPerTick);
        int budget = Options.CallbacksPerTurn;
        while (budget-- > 0 && _wheel.TakeExpired() is { } timer)
        {
            _timersFired++;
            long began = _slowNanoseconds == 0 ? 0 : _backend.Nanoseconds;
            try
            {
                timer.OnExpired();
            }
            catch (Exception exception)
            {
                Report(exception);
            }

            if (_slowNanoseconds != 0)
                ReportIfSlow(LoopPhase.Timers, began, timer);
        }
    }

    /// <summary>Milliseconds until the wheel has something to do, rounded up so that the loop does not wake too early and spin; -1 for never.</summary>
    private int TimeToSleep()
    {
        long next = _wheel.NextEvent();
        if (next == long.MaxValue)
            return -1;
        long nanoseconds = next * NanosecondsPerTick - _backend.Nanoseconds;
        if (nanoseconds <= 0)
            return 0;
        return (int)Math.Min(int.MaxValue, (nanoseconds + NanosecondsPerTick - 1) / NanosecondsPerTick);
    }
}
