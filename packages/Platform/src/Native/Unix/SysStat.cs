using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>sys/stat.h and stdio.h: calls on names and modes with one signature on Linux and Darwin.</summary>
internal static unsafe partial class SysStat
{
    internal static int mkdirat(int directory, byte* path, uint mode)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(mkdirat), out nint result, directory, (nint)path, (nint)mode))
        {
            return (int)result;
        }
        return Calls.mkdirat(directory, path, mode);
    }

    internal static int fchmod(int fd, uint mode)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(fchmod), out nint result, fd, (nint)mode))
            return (int)result;
        return Calls.fchmod(fd, mode);
    }

    internal static int fchmodat(int directory, byte* path, uint mode, int flags)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(fchmodat), out nint result, directory, (nint)path, (nint)mode, flags))
        {
            return (int)result;
        }
        return Calls.fchmodat(directory, path, mode, flags);
    }

    internal static int futimens(int fd, Timespec* times)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(futimens), out nint result, fd, (nint)times))
            return (int)result;
        return Calls.futimens(fd, times);
    }

    internal static int utimensat(int directory, byte* path, Timespec* times, int flags)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(utimensat), out nint result, directory, (nint)path, (nint)times, flags))
        {
            return (int)result;
        }
        return Calls.utimensat(directory, path, times, flags);
    }

    internal static int renameat(int fromDirectory, byte* from, int toDirectory, byte* to)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(renameat), out nint result, fromDirectory, (nint)from, toDirectory, (nint)to))
        {
            return (int)result;
        }
        return Calls.renameat(fromDirectory, from, toDirectory, to);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int mkdirat(int directory, byte* path, uint mode);


        [LibraryImport("libc")]
        internal static partial int fchmod(int fd, uint mode);

        [LibraryImport("libc")]
        internal static partial int fchmodat(int directory, byte* path, uint mode, int flags);

        [LibraryImport("libc")]
        internal static partial int futimens(int fd, Timespec* times);

        [LibraryImport("libc")]
        internal static partial int utimensat(int directory, byte* path, Timespec* times, int flags);

        [LibraryImport("libc")]
        internal static partial int renameat(int fromDirectory, byte* from, int toDirectory, byte* to);
    }
}
