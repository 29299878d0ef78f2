using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>kernel32: clocks and timers.</summary>
internal static unsafe partial class TimeApi
{
    internal const uint CREATE_WAITABLE_TIMER_MANUAL_RESET = 1;
    internal const uint CREATE_WAITABLE_TIMER_HIGH_RESOLUTION = 2;
    internal const uint TIMER_ALL_ACCESS = 0x1F0003;

    internal static int QueryPerformanceCounter(long* value)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(QueryPerformanceCounter), out nint result, (nint)value))
        {
            return (int)result;
        }
        return Calls.QueryPerformanceCounter(value);
    }

    internal static int QueryPerformanceFrequency(long* value)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(QueryPerformanceFrequency), out nint result, (nint)value))
        {
            return (int)result;
        }
        return Calls.QueryPerformanceFrequency(value);
    }

    internal static void GetSystemTimePreciseAsFileTime(long* time)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetSystemTimePreciseAsFileTime), out nint result, (nint)time))
        {
            return;
        }
        Calls.GetSystemTimePreciseAsFileTime(time);
    }

    internal static ulong GetTickCount64()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(GetTickCount64), out nint result))
            return (ulong)result;
        return Calls.GetTickCount64();
    }

    internal static int GetProcessTimes(nint process, long* creation, long* exit, long* kernel, long* user)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetProcessTimes), out nint result, process, (nint)creation, (nint)exit, (nint)kernel,
            (nint)user))
        {
            return (int)result;
        }
        return Calls.GetProcessTimes(process, creation, exit, kernel, user);
    }

    internal static int GetThreadTimes(nint thread, long* creation, long* exit, long* kernel, long* user)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetThreadTimes), out nint result, thread, (nint)creation, (nint)exit, (nint)kernel, (nint)user))
        {
            return (int)result;
        }
        return Calls.GetThreadTimes(thread, creation, exit, kernel, user);
    }

    internal static nint CreateWaitableTimerExW(void* security, ushort* name, uint flags, uint access)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(CreateWaitableTimerExW), out nint result, (nint)security, (nint)name, (nint)flags, (nint)access))
        {
            return result;
        }
        return Calls.CreateWaitableTimerExW(security, name, flags, access);
    }

    internal static int SetWaitableTimer(nint timer, long* due, int period, void* routine, void* argument, int resume)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(SetWaitableTimer), out nint result, timer, (nint)due, period, (nint)routine, (nint)argument,
            resume))
        {
            return (int)result;
        }
        return Calls.SetWaitableTimer(timer, due, period, routine, argument, resume);
    }

    internal static int CancelWaitableTimer(nint timer)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(CancelWaitableTimer), out nint result, timer))
            return (int)result;
        return Calls.CancelWaitableTimer(timer);
    }

    private static partial class Calls
    {
        [LibraryImport("kernel32")]
        internal static partial int QueryPerformanceCounter(long* value);

        [LibraryImport("kernel32")]
        internal static partial int QueryPerformanceFrequency(long* value);

        [LibraryImport("kernel32")]
        internal static partial void GetSystemTimePreciseAsFileTime(long* time);

        [LibraryImport("kernel32")]
        internal static partial ulong GetTickCount64();

        [LibraryImport("kernel32")]
        internal static partial int GetProcessTimes(
            nint process, long* creation, long* exit, long* kernel, long* user);

        [LibraryImport("kernel32")]
        internal static partial int GetThreadTimes(nint thread, long* creation, long* exit, long* kernel, long* user);

        [LibraryImport("kernel32")]
        internal static partial nint CreateWaitableTimerExW(void* security, ushort* name, uint flags, uint access);

        [LibraryImport("kernel32")]
        internal static partial int SetWaitableTimer(
            nint timer, long* due, int period, void* routine, void* argument, int resume);

        [LibraryImport("kernel32")]
        internal static partial int CancelWaitableTimer(nint timer);
    }
}
