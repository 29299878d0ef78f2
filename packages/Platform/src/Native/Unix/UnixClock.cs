using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Time;

namespace Gabbro.Platform.Native.Unix;

/// <summary>Clocks by clock_gettime(2), which the vDSO answers without entering the kernel.</summary>
internal static unsafe class UnixClock
{
    private const long Second = 1_000_000_000;

    internal static NativeError Read(ClockKind kind, out long nanoseconds)
    {
        Timespec time;
        int result = CTime.clock_gettime(Id(kind), &time);
        nanoseconds = (time.tv_sec * Second) + time.tv_nsec;
        return result == 0 ? default : NativeError.Last();
    }

    internal static NativeError Resolution(ClockKind kind, out long nanoseconds)
    {
        Timespec time;
        int result = CTime.clock_getres(Id(kind), &time);
        nanoseconds = (time.tv_sec * Second) + time.tv_nsec;
        return result == 0 ? default : NativeError.Last();
    }

    /// <summary>To the deadline itself on Linux, so that time lost before the call is not slept again; for the rest on Darwin.</summary>
    internal static void Sleep(long deadline, long left)
    {
        long value = Host.IsDarwin ? left : deadline;
        Timespec time = new() { tv_sec = value / Second, tv_nsec = value % Second };
        if (Host.IsDarwin)
            _ = DarwinSystem.nanosleep(&time, null);
        else
            _ = CTime.clock_nanosleep(CTime.CLOCK_MONOTONIC, CTime.TIMER_ABSTIME_LINUX, &time, null);
    }

    /// <summary>Darwin's CLOCK_MONOTONIC counts sleep, as CLOCK_BOOTTIME_LINUX of Linux does; CLOCK_UPTIME_RAW does not.</summary>
    private static int Id(ClockKind kind) => kind switch
    {
        ClockKind.Monotonic => Host.IsDarwin ? CTime.CLOCK_UPTIME_RAW_DARWIN : CTime.CLOCK_MONOTONIC,
        ClockKind.Boot => Host.IsDarwin ? CTime.CLOCK_MONOTONIC_DARWIN : CTime.CLOCK_BOOTTIME_LINUX,
        ClockKind.ProcessCpu => Host.IsDarwin ? CTime.CLOCK_PROCESS_CPUTIME_ID_DARWIN : CTime.CLOCK_PROCESS_CPUTIME_ID,
        ClockKind.ThreadCpu => Host.IsDarwin ? CTime.CLOCK_THREAD_CPUTIME_ID_DARWIN : CTime.CLOCK_THREAD_CPUTIME_ID,
        _ => CTime.CLOCK_REALTIME,
    };
}
