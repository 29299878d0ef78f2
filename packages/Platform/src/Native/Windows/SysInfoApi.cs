using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>sysinfoapi.h: records and structures go untyped, being read field by field.</summary>
internal static unsafe partial class SysInfoApi
{
    internal static int GetLogicalProcessorInformationEx(int relation, void* buffer, uint* length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetLogicalProcessorInformationEx), out nint result, relation, (nint)buffer, (nint)length))
        {
            return (int)result;
        }
        return Calls.GetLogicalProcessorInformationEx(relation, buffer, length);
    }

    internal static int GlobalMemoryStatusEx(void* status)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(GlobalMemoryStatusEx), out nint result, (nint)status))
            return (int)result;
        return Calls.GlobalMemoryStatusEx(status);
    }

    private static partial class Calls
    {
        [LibraryImport("kernel32")]
        internal static partial int GetLogicalProcessorInformationEx(int relation, void* buffer, uint* length);

        [LibraryImport("kernel32")]
        internal static partial int GlobalMemoryStatusEx(void* status);
    }
}
