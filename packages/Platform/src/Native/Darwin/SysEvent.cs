using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Darwin;

/// <summary>sys/event.h.</summary>
internal static unsafe partial class SysEvent
{
    internal const short EVFILT_READ = -1;
    internal const short EVFILT_WRITE = -2;
    internal const short EVFILT_VNODE = -4;
    internal const short EVFILT_PROC = -5;
    internal const short EVFILT_SIGNAL = -6;
    internal const short EVFILT_TIMER = -7;
    internal const short EVFILT_USER = -10;
    internal const ushort EV_ADD = 0x0001;
    internal const ushort EV_DELETE = 0x0002;
    internal const ushort EV_ENABLE = 0x0004;
    internal const ushort EV_DISABLE = 0x0008;
    internal const ushort EV_ONESHOT = 0x0010;
    internal const ushort EV_CLEAR = 0x0020;
    internal const ushort EV_RECEIPT = 0x0040;
    internal const ushort EV_DISPATCH = 0x0080;
    internal const ushort EV_ERROR = 0x4000;
    internal const ushort EV_EOF = 0x8000;
    internal const uint NOTE_DELETE = 0x1;
    internal const uint NOTE_WRITE = 0x2;
    internal const uint NOTE_EXTEND = 0x4;
    internal const uint NOTE_ATTRIB = 0x8;
    internal const uint NOTE_LINK = 0x10;
    internal const uint NOTE_RENAME = 0x20;
    internal const uint NOTE_REVOKE = 0x40;
    internal const uint NOTE_TRIGGER = 0x01000000;
    internal const uint NOTE_EXIT = 0x80000000;

    internal static int kqueue()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(kqueue), out nint result))
            return (int)result;
        return Calls.kqueue();
    }

    internal static int kevent(
        int queue, Kevent* changes, int changeCount, Kevent* events, int eventCount, void* timeout)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(kevent), out nint result, queue, (nint)changes, changeCount, (nint)events, eventCount, (nint)timeout))
        {
            return (int)result;
        }
        return Calls.kevent(queue, changes, changeCount, events, eventCount, timeout);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int kqueue();

        [LibraryImport("libc")]
        internal static partial int kevent(
            int queue, Kevent* changes, int changeCount, Kevent* events, int eventCount, void* timeout);
    }
}
