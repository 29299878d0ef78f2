using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Darwin;

/// <summary>sys/sysctl.h.</summary>
internal static unsafe partial class SysSysctl
{
    internal static int sysctlbyname(byte* name, void* value, nuint* size, void* replacement, nuint replacementSize)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(sysctlbyname), out nint result, (nint)name, (nint)value, (nint)size, (nint)replacement, (nint)replacementSize))
        {
            return (int)result;
        }
        return Calls.sysctlbyname(name, value, size, replacement, replacementSize);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int sysctlbyname(
            byte* name, void* value, nuint* size, void* replacement, nuint replacementSize);
    }
}
