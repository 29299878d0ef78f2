using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>sys/ioctl.h. Variadic: see <see cref="Host.VariadicOnStack"/>.</summary>
internal static unsafe partial class SysIoctl
{
    internal static int ioctl(int fd, nuint request, nint argument)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(ioctl), out nint result, fd, (nint)request, argument))
            return (int)result;
        return Host.VariadicOnStack
            ? Calls.ioctl_stack(fd, request, 0, 0, 0, 0, 0, 0, argument)
            : Calls.ioctl(fd, request, argument);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int ioctl(int fd, nuint request, nint argument);

        [LibraryImport("libc", EntryPoint = "ioctl")]
        internal static partial int ioctl_stack(
            int fd, nuint request, nint pad2, nint pad3, nint pad4, nint pad5, nint pad6, nint pad7, nint argument);
    }
}
