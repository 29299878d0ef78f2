using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>stdlib.h: the load average.</summary>
internal static unsafe partial class StdlibLoad
{
    internal static int getloadavg(double* values, int count)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(getloadavg), out nint result, (nint)values, count))
            return (int)result;
        return Calls.getloadavg(values, count);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int getloadavg(double* values, int count);
    }
}
