using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>sys/wait.h: <c>siginfo_t</c> goes untyped because its fields lie elsewhere on each system.</summary>
internal static unsafe partial class SysWait
{
    internal static int waitid(int kind, int id, void* information, int options)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(waitid), out nint result, kind, id, (nint)information, options))
        {
            return (int)result;
        }
        return Calls.waitid(kind, id, information, options);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int waitid(int kind, int id, void* information, int options);
    }
}
