using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary>sys/epoll.h and sys/eventfd.h. Events go untyped because their stride differs: <see cref="EpollEventX64"/> on x64, <see cref="EpollEventArm64"/> elsewhere.</summary>
internal static unsafe partial class SysEpoll
{
    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int EPOLL_CTL_MOD = 3;
    internal const uint EPOLLIN = 1;
    internal const uint EPOLLPRI = 2;
    internal const uint EPOLLOUT = 4;
    internal const uint EPOLLERR = 8;
    internal const uint EPOLLHUP = 0x10;
    internal const uint EPOLLRDHUP = 0x2000;
    internal const uint EPOLLEXCLUSIVE = 1u << 28;
    internal const uint EPOLLONESHOT = 1u << 30;
    internal const uint EPOLLET = 1u << 31;
    internal const int EFD_CLOEXEC = 0x80000;
    internal const int EFD_NONBLOCK = 0x800;
    internal const int EFD_SEMAPHORE = 1;

    internal static int epoll_create1(int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(epoll_create1), out nint result, flags))
            return (int)result;
        return Calls.epoll_create1(flags);
    }

    internal static int epoll_ctl(int poller, int operation, int descriptor, void* request)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(epoll_ctl), out nint result, poller, operation, descriptor, (nint)request))
        {
            return (int)result;
        }
        return Calls.epoll_ctl(poller, operation, descriptor, request);
    }

    internal static int epoll_wait(int poller, void* events, int number, int milliseconds)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(epoll_wait), out nint result, poller, (nint)events, number, milliseconds))
        {
            return (int)result;
        }
        return Calls.epoll_wait(poller, events, number, milliseconds);
    }

    internal static int eventfd(uint initial, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(eventfd), out nint result, (nint)initial, flags))
            return (int)result;
        return Calls.eventfd(initial, flags);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int epoll_create1(int flags);

        [LibraryImport("libc")]
        internal static partial int epoll_ctl(int poller, int operation, int descriptor, void* request);

        [LibraryImport("libc")]
        internal static partial int epoll_wait(int poller, void* events, int number, int milliseconds);

        [LibraryImport("libc")]
        internal static partial int eventfd(uint initial, int flags);
    }
}
