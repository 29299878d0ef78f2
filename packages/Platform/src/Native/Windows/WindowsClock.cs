using Gabbro.Platform.Time;

namespace Gabbro.Platform.Native.Windows;

/// <summary>Clocks and sleep of Windows.</summary>
internal static unsafe class WindowsClock
{
    private const long FileTimeEpoch = 116_444_736_000_000_000;

    private static readonly long s_frequency = Frequency();

    [ThreadStatic]
    private static WaitableTimer? t_timer;

    internal static NativeError Read(ClockKind kind, out long nanoseconds)
    {
        long value;
        switch (kind)
        {
            case ClockKind.Monotonic:
                _ = TimeApi.QueryPerformanceCounter(&value);
                // Whole seconds apart, so that the product does not overflow.
                (long seconds, long rest) = Math.DivRem(value, s_frequency);
                nanoseconds = (seconds * 1_000_000_000) + (rest * 1_000_000_000 / s_frequency);
                return default;
            case ClockKind.Boot:
                nanoseconds = (long)TimeApi.GetTickCount64() * 1_000_000;
                return default;
            case ClockKind.Realtime:
                TimeApi.GetSystemTimePreciseAsFileTime(&value);
                nanoseconds = (value - FileTimeEpoch) * 100;
                return default;
            default:
                long creation, exit, kernel = 0, user = 0;
                int ok = kind == ClockKind.ProcessCpu
                    ? TimeApi.GetProcessTimes(Kernel32.GetCurrentProcess(), &creation, &exit, &kernel, &user)
                    : TimeApi.GetThreadTimes(WindowsThread.Current, &creation, &exit, &kernel, &user);
                nanoseconds = (kernel + user) * 100;
                return ok != 0 ? default : NativeError.Last();
        }
    }

    internal static NativeError Resolution(ClockKind kind, out long nanoseconds)
    {
        nanoseconds = kind switch
        {
            ClockKind.Monotonic => Math.Max(1, 1_000_000_000 / s_frequency),
            ClockKind.Realtime => 100,
            _ => 15_625_000,
        };
        return default;
    }

    internal static void Sleep(long nanoseconds)
    {
        nint timer = (t_timer ??= new WaitableTimer()).Handle;
        // Negative: relative, in units of 100 ns. Longest about a day, which the caller's loop repeats.
        long due = -Math.Clamp((nanoseconds + 99) / 100, 1, 864_000_000_000);
        if (timer != 0 && TimeApi.SetWaitableTimer(timer, &due, 0, null, null, 0) != 0)
            _ = Kernel32.WaitForSingleObject(timer, Kernel32.INFINITE);
        else
            Thread.Sleep((int)Math.Clamp((nanoseconds + 999_999) / 1_000_000, 1, int.MaxValue));
    }

    private static long Frequency()
    {
        long value = 10_000_000;
        if (Host.IsWindows)
            _ = TimeApi.QueryPerformanceFrequency(&value);
        return value;
    }
}
