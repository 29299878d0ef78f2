using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Time;

/// <summary>
/// A timer that is a descriptor: a poller finds it readable when it has expired (timerfd_create(2); a kqueue of its own on
/// macOS; a waitable timer on Windows).
/// </summary>
/// <remarks>Safe to call from several threads. Times are by the monotonic clock. Allocates nothing after construction.</remarks>
public sealed unsafe class TimerHandle : SystemHandle
{
    /// <summary>Creates a stopped timer.</summary>
    /// <exception cref="PlatformException">The system refused.</exception>
    public TimerHandle()
        : base(Create(), ownsHandle: true)
    {
    }

    /// <summary>Starts the timer, or starts it anew.</summary>
    /// <param name="due">When it first expires, from now; positive. On macOS a periodic timer takes its period for this.</param>
    /// <param name="period">How often after that; zero for once. Whole milliseconds on Windows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The first time is not positive, or the period negative.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The timer is disposed.</exception>
    public void Start(TimeSpan due, TimeSpan period = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(due, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
        Set(due.Ticks, period.Ticks).ThrowIfError("start timer");
    }

    /// <summary>Stops the timer; expirations not yet read are lost.</summary>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The timer is disposed.</exception>
    public void Stop() => Set(0, 0).ThrowIfError("stop timer");

    /// <summary>Takes the expirations since the last call.</summary>
    /// <param name="expirations">How many there were; on Windows 1 for any number.</param>
    /// <returns>Whether there were any.</returns>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The timer is disposed.</exception>
    public bool TryRead(out long expirations)
    {
        using HandleLease lease = Lease();
        expirations = 0;
        if (Host.IsWindows)
        {
            expirations = Kernel32.WaitForSingleObject(lease.Value, 0) == 0 ? 1 : 0;
            return expirations != 0;
        }
        NativeError error;
        if (Host.IsDarwin)
        {
            Kevent expired;
            Timespec now = default;
            int found = SysEvent.kevent(lease.Descriptor, null, 0, &expired, 1, &now);
            error = found < 0 ? NativeError.Last() : default;
            expirations = found > 0 ? expired.data : 0;
        }
        else
        {
            long count = 0;
            error = UnixFiles.Read(lease.Descriptor, new Span<byte>(&count, sizeof(long)), out _);
            expirations = count;
        }
        if (error.Kind == ErrorKind.WouldBlock)
            return false;
        error.ThrowIfError("read timer");
        return expirations != 0;
    }

    private static nint Create()
    {
        nint handle;
        if (Host.IsWindows)
        {
            handle = TimeApi.CreateWaitableTimerExW(
                null, null, TimeApi.CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, TimeApi.TIMER_ALL_ACCESS);
            if (handle == 0)
                handle = TimeApi.CreateWaitableTimerExW(null, null, 0, TimeApi.TIMER_ALL_ACCESS);
            if (handle == 0)
                NativeError.Last().Throw("create timer");
            return handle;
        }
        handle = Host.IsDarwin
            ? SysEvent.kqueue()
            : Syscall.Invoke(
                "timerfd_create", SyscallNumbers.timerfd_create, CTime.CLOCK_MONOTONIC,
                LinuxFcntl.O_NONBLOCK | LinuxFcntl.O_CLOEXEC);
        if (handle < 0)
            NativeError.Last().Throw("create timer");
        return handle;
    }

    private NativeError Set(long dueTicks, long periodTicks)
    {
        using HandleLease lease = Lease();
        if (Host.IsWindows)
        {
            if (dueTicks == 0)
                return TimeApi.CancelWaitableTimer(lease.Value) != 0 ? default : NativeError.Last();
            long due = -dueTicks;
            int period = (int)Math.Min((periodTicks + 9_999) / 10_000, int.MaxValue);
            return TimeApi.SetWaitableTimer(lease.Value, &due, period, null, null, 0) != 0
                ? default : NativeError.Last();
        }
        return Host.IsDarwin
            ? DarwinTimer.Set(lease.Descriptor, dueTicks, periodTicks)
            : LinuxTimer.Set(lease.Descriptor, dueTicks, periodTicks);
    }
}
