using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>
/// fcntl.h. <c>open</c>, <c>openat</c> and <c>fcntl</c> are variadic: see <see cref="Host.VariadicOnStack"/> for the
/// padded forms. Optional arguments are whole words, since a stack slot of a variadic argument is a word.
/// </summary>
internal static unsafe partial class Fcntl
{
    internal static int openat(int directory, byte* path, int flags, uint mode)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(openat), out nint result, directory, (nint)path, flags, (nint)mode))
        {
            return (int)result;
        }
        return Host.VariadicOnStack
            ? Calls.openat_stack(directory, path, flags, 0, 0, 0, 0, 0, mode)
            : Calls.openat(directory, path, flags, mode);
    }

    internal static int fcntl(int fd, int command, nint argument)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(fcntl), out nint result, fd, command, argument))
            return (int)result;
        return Host.VariadicOnStack
            ? Calls.fcntl_stack(fd, command, 0, 0, 0, 0, 0, 0, argument)
            : Calls.fcntl(fd, command, argument);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int openat(int directory, byte* path, int flags, nuint mode);

        [LibraryImport("libc", EntryPoint = "openat")]
        internal static partial int openat_stack(
            int directory, byte* path, int flags, nint pad3, nint pad4, nint pad5, nint pad6, nint pad7, nuint mode);

        [LibraryImport("libc")]
        internal static partial int fcntl(int fd, int command, nint argument);

        [LibraryImport("libc", EntryPoint = "fcntl")]
        internal static partial int fcntl_stack(
            int fd, int command, nint pad2, nint pad3, nint pad4, nint pad5, nint pad6, nint pad7, nint argument);
    }
}
