namespace Gabbro.Platform.Native.Darwin;

/// <summary>
/// __ulock_wait and __ulock_wake of libSystem, which every C++ standard library on macOS stands on. With ULF_NO_ERRNO a
/// failure comes back as a negated errno.
/// </summary>
internal static unsafe class DarwinFutex
{
    internal const uint UL_COMPARE_AND_WAIT = 1;
    internal const uint UL_COMPARE_AND_WAIT_SHARED = 3;
    internal const uint ULF_WAKE_ALL = 0x100;
    internal const uint ULF_NO_ERRNO = 0x1000000;

    internal static NativeError Wait(int* value, int expected, long nanoseconds, bool shared)
    {
        // Microseconds, rounded up so that a wait never ends early; 0 would mean for ever, and the field is 32 bits:
        // a longer wait ends early as a spurious wake-up.
        uint microseconds = 0;
        bool cut = false;
        if (nanoseconds >= 0)
        {
            long wanted = (nanoseconds + 999) / 1000;
            cut = wanted > uint.MaxValue;
            microseconds = (uint)Math.Clamp(wanted, 1, uint.MaxValue);
        }
        int result = DarwinSystem.__ulock_wait(Operation(shared), value, (uint)expected, microseconds);
        if (result >= 0)
            return default;
        NativeError error = NativeError.FromErrno(-result);
        // EFAULT also means that the page was being moved: a spurious wake-up by the manual.
        return cut || error.Kind == ErrorKind.BadAddress ? default : error;
    }

    internal static NativeError Wake(int* value, bool all, bool shared)
    {
        int result = DarwinSystem.__ulock_wake(Operation(shared) | (all ? ULF_WAKE_ALL : 0), value, 0);
        // ENOENT: nobody waits.
        return result >= 0 || result == -DarwinErrors.ENOENT ? default : NativeError.FromErrno(-result);
    }

    private static uint Operation(bool shared) =>
        (shared ? UL_COMPARE_AND_WAIT_SHARED : UL_COMPARE_AND_WAIT) | ULF_NO_ERRNO;
}
