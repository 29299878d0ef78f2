using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>sys/resource.h: limits are pairs of 64-bit words on Linux and Darwin.</summary>
internal static unsafe partial class SysResource
{
    internal static int getrlimit(int resource, ulong* limits)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(getrlimit), out nint result, resource, (nint)limits))
            return (int)result;
        return Calls.getrlimit(resource, limits);
    }

    internal static int setrlimit(int resource, ulong* limits)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(setrlimit), out nint result, resource, (nint)limits))
            return (int)result;
        return Calls.setrlimit(resource, limits);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int getrlimit(int resource, ulong* limits);

        [LibraryImport("libc")]
        internal static partial int setrlimit(int resource, ulong* limits);
    }
}
