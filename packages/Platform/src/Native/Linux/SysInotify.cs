using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary>sys/inotify.h.</summary>
internal static unsafe partial class SysInotify
{
    internal const uint IN_ACCESS = 0x1;
    internal const uint IN_MODIFY = 0x2;
    internal const uint IN_ATTRIB = 0x4;
    internal const uint IN_CLOSE_WRITE = 0x8;
    internal const uint IN_CLOSE_NOWRITE = 0x10;
    internal const uint IN_OPEN = 0x20;
    internal const uint IN_MOVED_FROM = 0x40;
    internal const uint IN_MOVED_TO = 0x80;
    internal const uint IN_CREATE = 0x100;
    internal const uint IN_DELETE = 0x200;
    internal const uint IN_DELETE_SELF = 0x400;
    internal const uint IN_MOVE_SELF = 0x800;
    internal const uint IN_UNMOUNT = 0x2000;
    internal const uint IN_Q_OVERFLOW = 0x4000;
    internal const uint IN_IGNORED = 0x8000;
    internal const uint IN_ONLYDIR = 0x1000000;
    internal const uint IN_DONT_FOLLOW = 0x2000000;
    internal const uint IN_EXCL_UNLINK = 0x4000000;
    internal const uint IN_MASK_CREATE = 0x10000000;
    internal const uint IN_ISDIR = 0x40000000;
    internal const int IN_CLOEXEC = 0x80000;
    internal const int IN_NONBLOCK = 0x800;

    internal static int inotify_init1(int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(inotify_init1), out nint result, flags))
            return (int)result;
        return Calls.inotify_init1(flags);
    }

    internal static int inotify_add_watch(int queue, byte* path, uint mask)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(inotify_add_watch), out nint result, queue, (nint)path, (nint)mask))
            return (int)result;
        return Calls.inotify_add_watch(queue, path, mask);
    }

    internal static int inotify_rm_watch(int queue, int watch)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(inotify_rm_watch), out nint result, queue, watch))
            return (int)result;
        return Calls.inotify_rm_watch(queue, watch);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int inotify_init1(int flags);

        [LibraryImport("libc")]
        internal static partial int inotify_add_watch(int queue, byte* path, uint mask);

        [LibraryImport("libc")]
        internal static partial int inotify_rm_watch(int queue, int watch);
    }
}
