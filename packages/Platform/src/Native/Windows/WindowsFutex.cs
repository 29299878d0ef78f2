namespace Gabbro.Platform.Native.Windows;

/// <summary>WaitOnAddress.</summary>
internal static unsafe class WindowsFutex
{
    internal static NativeError Wait(int* value, int expected, long nanoseconds)
    {
        // Milliseconds, rounded up so that a wait never ends early; a longer one ends early as a spurious wake-up.
        const uint longest = Kernel32.INFINITE - 1;
        uint milliseconds = nanoseconds < 0
            ? Kernel32.INFINITE
            : (uint)Math.Min((nanoseconds + 999_999) / 1_000_000, longest);
        if (Kernelbase.WaitOnAddress(value, &expected, sizeof(int), milliseconds) != 0)
            return default;
        NativeError error = NativeError.Last();
        return milliseconds == longest && error.Kind == ErrorKind.TimedOut ? default : error;
    }
}
