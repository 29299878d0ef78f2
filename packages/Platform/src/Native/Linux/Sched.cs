using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary>sched.h. sched_getcpu goes through the library, which answers without entering the kernel.</summary>
internal static partial class Sched
{
    internal const int SCHED_OTHER = 0;
    internal const int SCHED_RR = 2;
    internal const int SCHED_IDLE = 5;
    internal const int PRIO_PROCESS = 0;
    internal const int PR_SET_NAME = 15;
    internal const int PR_GET_NAME = 16;

    internal static int sched_getcpu()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(sched_getcpu), out nint result))
            return (int)result;
        return Calls.sched_getcpu();
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int sched_getcpu();
    }
}
