using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native.Linux;

/// <summary>futex(2).</summary>
internal static unsafe class LinuxFutex
{
    internal const int FUTEX_WAIT = 0;
    internal const int FUTEX_WAKE = 1;
    internal const int FUTEX_PRIVATE_FLAG = 128;

    internal static NativeError Wait(int* value, int expected, long nanoseconds, bool shared)
    {
        Timespec timeout = new()
        {
            tv_sec = nanoseconds / 1_000_000_000,
            tv_nsec = nanoseconds % 1_000_000_000,
        };
        return Syscall.Invoke(
            "futex", SyscallNumbers.futex, (nint)value, FUTEX_WAIT | (shared ? 0 : FUTEX_PRIVATE_FLAG), expected,
            nanoseconds < 0 ? 0 : (nint)(&timeout)) == 0 ? default : NativeError.Last();
    }

    internal static NativeError Wake(int* value, bool all, bool shared) =>
        Syscall.Invoke(
            "futex", SyscallNumbers.futex, (nint)value, FUTEX_WAKE | (shared ? 0 : FUTEX_PRIVATE_FLAG),
            all ? int.MaxValue : 1) >= 0 ? default : NativeError.Last();
}
