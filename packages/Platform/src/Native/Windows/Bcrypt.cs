using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>bcrypt. Results are NTSTATUS.</summary>
internal static unsafe partial class Bcrypt
{
    internal const uint BCRYPT_USE_SYSTEM_PREFERRED_RNG = 2;

    internal static int BCryptGenRandom(nint algorithm, byte* buffer, uint size, uint flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(BCryptGenRandom), out nint result, algorithm, (nint)buffer, (nint)size, (nint)flags))
        {
            return (int)result;
        }
        return Calls.BCryptGenRandom(algorithm, buffer, size, flags);
    }

    private static partial class Calls
    {
        [LibraryImport("bcrypt")]
        internal static partial int BCryptGenRandom(nint algorithm, byte* buffer, uint size, uint flags);
    }
}
