namespace Gabbro.Platform.Native.Darwin;

/// <summary>
/// A timer as an EVFILT_TIMER in a kqueue of its own, which other pollers can wait on. The system knows no first
/// time that differs from the period: a periodic timer first expires after one period.
/// </summary>
internal static unsafe class DarwinTimer
{
    private const ushort EV_ADD = 1;
    private const ushort EV_DELETE = 2;
    private const ushort EV_ONESHOT = 0x10;
    private const uint NOTE_NSECONDS = 4;

    internal static NativeError Set(int queue, long dueTicks, long periodTicks)
    {
        Kevent change = new() { ident = 1, filter = SysEvent.EVFILT_TIMER, flags = EV_DELETE };
        int result = SysEvent.kevent(queue, &change, 1, null, 0, null);
        NativeError error = result < 0 ? NativeError.Last() : default;
        if (dueTicks == 0)
            return error.Kind == ErrorKind.NotFound ? default : error;
        change.flags = (ushort)(EV_ADD | (periodTicks == 0 ? EV_ONESHOT : 0));
        change.fflags = NOTE_NSECONDS;
        change.data = (nint)((periodTicks == 0 ? dueTicks : periodTicks) * 100);
        return SysEvent.kevent(queue, &change, 1, null, 0, null) >= 0 ? default : NativeError.Last();
    }
}
