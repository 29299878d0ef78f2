using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>sys/xattr.h: Darwin's calls take a position and options more than those of Linux.</summary>
internal static unsafe partial class SysXattr
{
    internal const int XATTR_CREATE_LINUX = 1;
    internal const int XATTR_REPLACE_LINUX = 2;
    internal const int XATTR_CREATE_DARWIN = 2;
    internal const int XATTR_REPLACE_DARWIN = 4;

    internal static nint fgetxattr_linux(int fd, byte* name, void* value, nuint size)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(fgetxattr_linux), out nint result, fd, (nint)name, (nint)value, (nint)size))
        {
            return result;
        }
        return Calls.fgetxattr_linux(fd, name, value, size);
    }

    internal static int fsetxattr_linux(int fd, byte* name, void* value, nuint size, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(fsetxattr_linux), out nint result, fd, (nint)name, (nint)value, (nint)size, flags))
        {
            return (int)result;
        }
        return Calls.fsetxattr_linux(fd, name, value, size, flags);
    }

    internal static nint flistxattr_linux(int fd, byte* list, nuint size)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(flistxattr_linux), out nint result, fd, (nint)list, (nint)size))
        {
            return result;
        }
        return Calls.flistxattr_linux(fd, list, size);
    }

    internal static int fremovexattr_linux(int fd, byte* name)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(fremovexattr_linux), out nint result, fd, (nint)name))
            return (int)result;
        return Calls.fremovexattr_linux(fd, name);
    }

    internal static nint fgetxattr_darwin(int fd, byte* name, void* value, nuint size, uint position, int options)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(fgetxattr_darwin), out nint result, fd, (nint)name, (nint)value, (nint)size, (nint)position,
            options))
        {
            return result;
        }
        return Calls.fgetxattr_darwin(fd, name, value, size, position, options);
    }

    internal static int fsetxattr_darwin(int fd, byte* name, void* value, nuint size, uint position, int options)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(fsetxattr_darwin), out nint result, fd, (nint)name, (nint)value, (nint)size, (nint)position,
            options))
        {
            return (int)result;
        }
        return Calls.fsetxattr_darwin(fd, name, value, size, position, options);
    }

    internal static nint flistxattr_darwin(int fd, byte* list, nuint size, int options)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(flistxattr_darwin), out nint result, fd, (nint)list, (nint)size, options))
        {
            return result;
        }
        return Calls.flistxattr_darwin(fd, list, size, options);
    }

    internal static int fremovexattr_darwin(int fd, byte* name, int options)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(fremovexattr_darwin), out nint result, fd, (nint)name, options))
        {
            return (int)result;
        }
        return Calls.fremovexattr_darwin(fd, name, options);
    }

    private static partial class Calls
    {
        [LibraryImport("libc", EntryPoint = "fgetxattr")]
        internal static partial nint fgetxattr_linux(int fd, byte* name, void* value, nuint size);

        [LibraryImport("libc", EntryPoint = "fsetxattr")]
        internal static partial int fsetxattr_linux(int fd, byte* name, void* value, nuint size, int flags);

        [LibraryImport("libc", EntryPoint = "flistxattr")]
        internal static partial nint flistxattr_linux(int fd, byte* list, nuint size);

        [LibraryImport("libc", EntryPoint = "fremovexattr")]
        internal static partial int fremovexattr_linux(int fd, byte* name);

        [LibraryImport("libc", EntryPoint = "fgetxattr")]
        internal static partial nint fgetxattr_darwin(
            int fd, byte* name, void* value, nuint size, uint position, int options);

        [LibraryImport("libc", EntryPoint = "fsetxattr")]
        internal static partial int fsetxattr_darwin(
            int fd, byte* name, void* value, nuint size, uint position, int options);

        [LibraryImport("libc", EntryPoint = "flistxattr")]
        internal static partial nint flistxattr_darwin(int fd, byte* list, nuint size, int options);

        [LibraryImport("libc", EntryPoint = "fremovexattr")]
        internal static partial int fremovexattr_darwin(int fd, byte* name, int options);
    }
}
