namespace Gabbro.Platform.Time;

/// <summary>The clock for measuring and for deadlines: it runs evenly and is never set.</summary>
/// <remarks>Safe to call from several threads. Allocates nothing. About 20 ns a reading.</remarks>
public static class MonotonicClock
{
    /// <summary>Nanoseconds since an arbitrary moment, the same for all processes until the machine starts anew.</summary>
    public static long Nanoseconds => SystemClock.GetNanoseconds(ClockKind.Monotonic);

    /// <summary>Sleeps at least as long as asked, and as little longer as the system manages: about 60 microseconds on Linux, 500 on Windows.</summary>
    /// <param name="duration">How long, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public static void Sleep(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        long now = Nanoseconds;
        SleepUntil(duration.Ticks > (long.MaxValue - now) / 100 ? long.MaxValue : now + (duration.Ticks * 100));
    }

    /// <summary>Sleeps until the clock has reached a value. A row of such sleeps does not drift.</summary>
    /// <param name="deadline">The value in nanoseconds; one that has passed returns at once.</param>
    public static void SleepUntil(long deadline) => HighResolutionSleep.Until(deadline);
}
