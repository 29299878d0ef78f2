using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>sys/mman.h: named shared memory. On macOS <c>shm_open</c> is variadic; see <see cref="Host.VariadicOnStack"/>. Both set
/// close-on-exec by themselves.</summary>
internal static unsafe partial class ShmApi
{
    internal static int Open(byte* name, int flags, uint mode)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept("shm_open", out nint result, (nint)name, flags, (nint)mode))
            return (int)result;
        return Host.VariadicOnStack
            ? Calls.shm_open_stack(name, flags, 0, 0, 0, 0, 0, 0, mode)
            : Calls.shm_open(name, flags, mode);
    }

    internal static int shm_unlink(byte* name)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(shm_unlink), out nint result, (nint)name))
            return (int)result;
        return Calls.shm_unlink(name);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int shm_open(byte* name, int flags, nuint mode);

        [LibraryImport("libc", EntryPoint = "shm_open")]
        internal static partial int shm_open_stack(
            byte* name, int flags, nint pad2, nint pad3, nint pad4, nint pad5, nint pad6, nint pad7, nuint mode);

        [LibraryImport("libc")]
        internal static partial int shm_unlink(byte* name);
    }
}
