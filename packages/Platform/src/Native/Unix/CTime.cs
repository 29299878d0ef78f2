using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>time.h. Clocks have other numbers on Darwin.</summary>
internal static unsafe partial class CTime
{
    internal const int CLOCK_REALTIME = 0;
    internal const int CLOCK_MONOTONIC = 1;
    internal const int CLOCK_PROCESS_CPUTIME_ID = 2;
    internal const int CLOCK_THREAD_CPUTIME_ID = 3;
    internal const int CLOCK_BOOTTIME_LINUX = 7;
    internal const int TIMER_ABSTIME_LINUX = 1;
    internal const int CLOCK_MONOTONIC_DARWIN = 6;
    internal const int CLOCK_UPTIME_RAW_DARWIN = 8;
    internal const int CLOCK_PROCESS_CPUTIME_ID_DARWIN = 12;
    internal const int CLOCK_THREAD_CPUTIME_ID_DARWIN = 16;

    internal static int clock_gettime(int clock, Timespec* time)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(clock_gettime), out nint result, clock, (nint)time))
            return (int)result;
        return Calls.clock_gettime(clock, time);
    }

    internal static int clock_getres(int clock, Timespec* time)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(clock_getres), out nint result, clock, (nint)time))
            return (int)result;
        return Calls.clock_getres(clock, time);
    }

    internal static int clock_nanosleep(int clock, int flags, Timespec* time, Timespec* left)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(clock_nanosleep), out nint result, clock, flags, (nint)time, (nint)left))
        {
            return (int)result;
        }
        return Calls.clock_nanosleep(clock, flags, time, left);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int clock_gettime(int clock, Timespec* time);

        [LibraryImport("libc")]
        internal static partial int clock_getres(int clock, Timespec* time);

        [LibraryImport("libc")]
        internal static partial int clock_nanosleep(int clock, int flags, Timespec* time, Timespec* left);
    }
}
