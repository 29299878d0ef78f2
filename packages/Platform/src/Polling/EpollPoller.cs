using System.Runtime.CompilerServices;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using static Gabbro.Platform.Native.Linux.SysEpoll;

namespace Gabbro.Platform.Polling;

/// <summary>epoll(7). The token goes into the event data as it is.</summary>
internal sealed unsafe class EpollPoller : PollerBackend
{
    /// <summary>The same number on every machine; called by number because older C libraries have no wrapper.</summary>
    private const int EpollPwait2 = 441;

    private static volatile bool s_noNanoseconds;

    private readonly int _poller;
    private readonly int _wake;

    internal EpollPoller()
    {
        _poller = epoll_create1(EPOLL_CLOEXEC);
        if (_poller < 0) NativeError.Last().Throw("epoll_create1");
        _wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (_wake < 0)
        {
            NativeError error = NativeError.Last();
            Unistd.close(_poller);
            error.Throw("eventfd");
        }

        // Edge-triggered: every write to the counter is a new edge, so that nobody has to read it back to zero. It would
        // take 2^64 wakes to fill.
        NativeError added = Control(EPOLL_CTL_ADD, _wake, ReadinessPoller.ReservedToken, EPOLLIN | EPOLLET);
        if (!added.IsError) return;
        Close();
        added.Throw("epoll_ctl");
    }

    internal override string Name => "epoll";

    internal override bool NeedsRearm => false;

    internal override NativeError Add(nint descriptor, ulong token, PollInterest interest) =>
        Control(EPOLL_CTL_ADD, descriptor, token, Translate(interest));

    internal override NativeError Modify(nint descriptor, ulong token, PollInterest interest) =>
        // The kernel refuses to modify an exclusive registration.
        Control(EPOLL_CTL_MOD, descriptor, token, Translate(interest & ~PollInterest.Exclusive));

    internal override NativeError Remove(nint descriptor) => Control(EPOLL_CTL_DEL, descriptor, 0, 0);

    internal override void Rearm(nint descriptor)
    {
    }

    [SkipLocalsInit]
    internal override NativeError Wait(Span<PollEvent> events, long nanoseconds, out int count)
    {
        byte* buffer = stackalloc byte[events.Length * sizeof(EpollEventArm64)];
        int received = Wait(buffer, events.Length, nanoseconds);
        if (received < 0)
        {
            count = 0;
            NativeError error = NativeError.Last();
            return error.Kind == ErrorKind.Interrupted ? default : error;
        }

        int kept = 0;
        for (int i = 0; i < received; i++)
        {
            uint flags;
            ulong token;
            if (Host.IsArm64)
            {
                flags = ((EpollEventArm64*)buffer)[i].events;
                token = ((EpollEventArm64*)buffer)[i].data;
            }
            else
            {
                flags = ((EpollEventX64*)buffer)[i].events;
                token = ((EpollEventX64*)buffer)[i].data;
            }

            if (token != ReadinessPoller.ReservedToken) events[kept++] = new PollEvent(token, Translate(flags));
        }

        count = kept;
        return default;
    }

    internal override void Wake()
    {
        ulong one = 1;
        Unistd.write(_wake, &one, sizeof(ulong));
    }

    internal override void Close()
    {
        Unistd.close(_wake);
        Unistd.close(_poller);
    }

    private int Wait(byte* buffer, int capacity, long nanoseconds)
    {
        const long Millisecond = 1_000_000;
        if (nanoseconds <= 0 || nanoseconds % Millisecond == 0 || s_noNanoseconds)
        {
            // Rounded up, or a short timeout would spin.
            long milliseconds = nanoseconds < 0 ? -1 : (nanoseconds / Millisecond) + (nanoseconds % Millisecond != 0 ? 1 : 0);
            return epoll_wait(_poller, buffer, capacity, (int)Math.Min(milliseconds, int.MaxValue));
        }

        Timespec time = new() { tv_sec = nanoseconds / 1_000_000_000, tv_nsec = nanoseconds % 1_000_000_000 };
        int result = (int)Syscall.Invoke("epoll_pwait2", EpollPwait2, _poller, (nint)buffer, capacity, (nint)(&time));
        if (result >= 0) return result;
        // Kernels before 5.11 do not have the call; sandboxes that do not know it answer EPERM.
        if (NativeError.Last().Kind is not (ErrorKind.NotImplemented or ErrorKind.NotPermitted)) return result;
        s_noNanoseconds = true;
        return Wait(buffer, capacity, nanoseconds);
    }

    private NativeError Control(int operation, nint descriptor, ulong token, uint events)
    {
        int result;
        if (Host.IsArm64)
        {
            EpollEventArm64 request = new() { events = events, data = token };
            result = epoll_ctl(_poller, operation, (int)descriptor, &request);
        }
        else
        {
            EpollEventX64 request = new() { events = events, data = token };
            result = epoll_ctl(_poller, operation, (int)descriptor, &request);
        }

        return result == 0 ? default : NativeError.Last();
    }

    private static uint Translate(PollInterest interest)
    {
        uint events = 0;
        if ((interest & PollInterest.Readable) != 0) events |= EPOLLIN;
        if ((interest & PollInterest.Writable) != 0) events |= EPOLLOUT;
        if ((interest & PollInterest.ReadClosed) != 0) events |= EPOLLRDHUP;
        if ((interest & PollInterest.Priority) != 0) events |= EPOLLPRI;
        if ((interest & PollInterest.EdgeTriggered) != 0) events |= EPOLLET;
        if ((interest & PollInterest.OneShot) != 0) events |= EPOLLONESHOT;
        if ((interest & PollInterest.Exclusive) != 0) events |= EPOLLEXCLUSIVE;
        return events;
    }

    private static PollReadiness Translate(uint events)
    {
        PollReadiness readiness = PollReadiness.None;
        if ((events & EPOLLIN) != 0) readiness |= PollReadiness.Readable;
        if ((events & EPOLLOUT) != 0) readiness |= PollReadiness.Writable;
        if ((events & EPOLLRDHUP) != 0) readiness |= PollReadiness.ReadClosed;
        if ((events & EPOLLPRI) != 0) readiness |= PollReadiness.Priority;
        if ((events & EPOLLHUP) != 0) readiness |= PollReadiness.HangUp;
        if ((events & EPOLLERR) != 0) readiness |= PollReadiness.Error;
        return readiness;
    }
}
