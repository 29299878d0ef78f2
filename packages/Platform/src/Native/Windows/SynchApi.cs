using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>synchapi.h.</summary>
internal static unsafe partial class SynchApi
{
    internal static int SetEvent(nint signal)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(SetEvent), out nint result, signal))
            return (int)result;
        return Calls.SetEvent(signal);
    }

    internal static int ResetEvent(nint signal)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(ResetEvent), out nint result, signal))
            return (int)result;
        return Calls.ResetEvent(signal);
    }

    internal static uint WaitForMultipleObjects(uint number, nint* handles, int all, uint milliseconds)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(WaitForMultipleObjects), out nint result, (nint)number, (nint)handles, all, (nint)milliseconds))
        {
            return (uint)result;
        }
        return Calls.WaitForMultipleObjects(number, handles, all, milliseconds);
    }

    private static partial class Calls
    {
        [LibraryImport("kernel32")]
        internal static partial int SetEvent(nint signal);

        [LibraryImport("kernel32")]
        internal static partial int ResetEvent(nint signal);

        [LibraryImport("kernel32")]
        internal static partial uint WaitForMultipleObjects(uint number, nint* handles, int all, uint milliseconds);
    }
}
