using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Time;

/// <summary>Reads the clocks of the system (clock_gettime(2); QueryPerformanceCounter, GetSystemTimePreciseAsFileTime and their kin).</summary>
/// <remarks>Safe to call from several threads. Allocates nothing.</remarks>
public static class SystemClock
{
    /// <summary>Nanoseconds on a clock. For <see cref="ClockKind.Realtime"/> since 1970; it overflows in 2262.</summary>
    /// <param name="kind">The clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clock is undefined.</exception>
    /// <exception cref="PlatformException">The system lacks the clock.</exception>
    public static long GetNanoseconds(ClockKind kind)
    {
        Check(kind);
        NativeError error = Host.IsWindows
            ? WindowsClock.Read(kind, out long nanoseconds)
            : UnixClock.Read(kind, out nanoseconds);
        error.ThrowIfError("read clock");
        return nanoseconds;
    }

    /// <summary>The distance in nanoseconds between two values a clock can show.</summary>
    /// <param name="kind">The clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clock is undefined.</exception>
    /// <exception cref="PlatformException">The system lacks the clock.</exception>
    public static long GetResolution(ClockKind kind)
    {
        Check(kind);
        NativeError error = Host.IsWindows
            ? WindowsClock.Resolution(kind, out long nanoseconds)
            : UnixClock.Resolution(kind, out nanoseconds);
        error.ThrowIfError("clock resolution");
        return nanoseconds;
    }

    /// <summary>The time of day.</summary>
    public static UnixTimestamp UtcNow
    {
        get
        {
            (long seconds, long nanoseconds) = Math.DivRem(GetNanoseconds(ClockKind.Realtime), 1_000_000_000);
            return new UnixTimestamp(seconds, (int)nanoseconds);
        }
    }

    private static void Check(ClockKind kind)
    {
        if (kind > ClockKind.ThreadCpu)
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "Undefined clock.");
    }
}
