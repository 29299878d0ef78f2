using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>stdlib.h: pseudoterminals.</summary>
internal static unsafe partial class StdlibTerminal
{
    internal static int grantpt(int controller)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(grantpt), out nint result, controller))
            return (int)result;
        return Calls.grantpt(controller);
    }

    internal static int unlockpt(int controller)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(unlockpt), out nint result, controller))
            return (int)result;
        return Calls.unlockpt(controller);
    }

    /// <summary>Linux; macOS before 10.13.4 has no such function, so it is asked by ioctl there.</summary>
    internal static int ptsname_r(int controller, byte* name, nuint size)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(ptsname_r), out nint result, controller, (nint)name, (nint)size))
        {
            return (int)result;
        }
        return Calls.ptsname_r(controller, name, size);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int grantpt(int controller);

        [LibraryImport("libc")]
        internal static partial int unlockpt(int controller);

        [LibraryImport("libc")]
        internal static partial int ptsname_r(int controller, byte* name, nuint size);
    }
}
