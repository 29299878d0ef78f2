using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native.Linux;

/// <summary>timerfd_settime(2).</summary>
internal static unsafe class LinuxTimer
{
    private const long TicksPerSecond = 10_000_000;

    internal static NativeError Set(int fd, long dueTicks, long periodTicks)
    {
        // struct itimerspec: the interval, then the first value.
        Timespec* value = stackalloc Timespec[2] { Convert(periodTicks), Convert(dueTicks) };
        return Syscall.Invoke("timerfd_settime", SyscallNumbers.timerfd_settime, fd, 0, (nint)value) == 0
            ? default : NativeError.Last();
    }

    private static Timespec Convert(long ticks) =>
        new() { tv_sec = ticks / TicksPerSecond, tv_nsec = ticks % TicksPerSecond * 100 };
}
