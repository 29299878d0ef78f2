using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary>
/// syscall(2), for calls the C library may lack (an old glibc, musl) or wraps with a different symbol in each version.
/// The wrapper sets errno exactly as the named functions do.
/// </summary>
internal static unsafe partial class Syscall
{
    internal static nint Invoke(string name, int number, nint a0, nint a1 = 0, nint a2 = 0, nint a3 = 0, nint a4 = 0, nint a5 = 0)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(name, out nint result, a0, a1, a2, a3, a4, a5))
            return result;
        return Calls.syscall(number, a0, a1, a2, a3, a4, a5);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial nint syscall(nint number, nint a0, nint a1, nint a2, nint a3, nint a4, nint a5);
    }
}
