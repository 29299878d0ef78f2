using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>memoryapi.h: sections by name.</summary>
internal static unsafe partial class SectionApi
{
    internal static nint OpenFileMappingW(uint access, int inherit, char* name)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(OpenFileMappingW), out nint result, (nint)access, inherit, (nint)name))
        {
            return result;
        }
        return Calls.OpenFileMappingW(access, inherit, name);
    }

    private static partial class Calls
    {
        [LibraryImport("kernel32")]
        internal static partial nint OpenFileMappingW(uint access, int inherit, char* name);
    }
}
