using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary>sys/sysinfo.h: the structure goes untyped.</summary>
internal static unsafe partial class LinuxSysinfo
{
    internal static int sysinfo(void* information)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(sysinfo), out nint result, (nint)information))
            return (int)result;
        return Calls.sysinfo(information);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int sysinfo(void* information);
    }
}
