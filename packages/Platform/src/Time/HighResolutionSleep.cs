using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Time;

/// <summary>Sleeping to a deadline of the monotonic clock.</summary>
internal static class HighResolutionSleep
{
    internal static void Until(long deadline)
    {
        // A signal ends a sleep, and systems without an absolute sleep may end one early by their clock's grain.
        for (long left; (left = deadline - MonotonicClock.Nanoseconds) > 0;)
        {
            if (Host.IsWindows)
                WindowsClock.Sleep(left);
            else
                UnixClock.Sleep(deadline, left);
        }
    }
}
