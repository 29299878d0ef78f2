using System.Diagnostics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>A timeout turned into a point in time, so that a wait in several pieces does not grow.</summary>
internal readonly struct Deadline
{
    private readonly long _ticks;

    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    public Deadline(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            _ticks = long.MaxValue;
            return;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        var now = Stopwatch.GetTimestamp();
        var span = timeout.TotalSeconds * Stopwatch.Frequency;
        _ticks = span >= long.MaxValue - now ? long.MaxValue : now + (long)span;
    }

    public static Deadline Never => new(Timeout.InfiniteTimeSpan);

    /// <summary>What is left, zero when over.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_ticks == long.MaxValue)
                return Timeout.InfiniteTimeSpan;
            var left = _ticks - Stopwatch.GetTimestamp();
            return left <= 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, left);
        }
    }
}
