using System.Runtime.CompilerServices;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Unix;
using static Gabbro.Platform.Native.Darwin.SysEvent;

namespace Gabbro.Platform.Polling;

/// <summary>
/// kqueue(2). A registration is up to two filters, one for each direction, which the kernel knows nothing of as a pair: a
/// change sets or deletes both, and a one-shot event of one disables the other.
/// </summary>
internal sealed unsafe class KqueuePoller : PollerBackend
{
    private const nuint WakeIdent = 0;

    private readonly int _queue;

    internal KqueuePoller()
    {
        _queue = kqueue();
        if (_queue < 0) NativeError.Last().Throw("kqueue");
        // No flag makes the queue close-on-exec at birth; it is not inherited by fork, and exec closes it like any other.
        Fcntl.fcntl(_queue, 2, 1);
        Kevent change = new() { ident = WakeIdent, filter = EVFILT_USER, flags = EV_ADD | EV_CLEAR };
        if (kevent(_queue, &change, 1, null, 0, null) >= 0) return;
        NativeError error = NativeError.Last();
        Close();
        error.Throw("kevent");
    }

    internal override string Name => "kqueue";

    internal override bool NeedsRearm => false;

    /// <summary>EV_ADD of a filter that exists replaces it silently, so a second registration is not refused here.</summary>
    internal override NativeError Add(nint descriptor, ulong token, PollInterest interest) => Apply(descriptor, token, interest);

    internal override NativeError Modify(nint descriptor, ulong token, PollInterest interest)
    {
        // The filters start anew from the present state, so nothing is missed between the two steps.
        NativeError error = Remove(descriptor);
        return error.IsError ? error : Apply(descriptor, token, interest);
    }

    internal override NativeError Remove(nint descriptor)
    {
        Kevent* changes = stackalloc Kevent[2];
        changes[0] = new Kevent { ident = (nuint)descriptor, filter = EVFILT_READ, flags = EV_DELETE | EV_RECEIPT };
        changes[1] = new Kevent { ident = (nuint)descriptor, filter = EVFILT_WRITE, flags = EV_DELETE | EV_RECEIPT };
        NativeError error = Change(changes, 2);
        if (error.IsError) return error;
        bool found = changes[0].data == 0 || changes[1].data == 0;
        return found ? default : NativeError.FromErrno((int)changes[0].data);
    }

    internal override void Rearm(nint descriptor)
    {
    }

    [SkipLocalsInit]
    internal override NativeError Wait(Span<PollEvent> events, long nanoseconds, out int count)
    {
        Kevent* buffer = stackalloc Kevent[events.Length];
        Timespec time = new() { tv_sec = nanoseconds / 1_000_000_000, tv_nsec = nanoseconds % 1_000_000_000 };
        int received = kevent(_queue, null, 0, buffer, events.Length, nanoseconds < 0 ? null : &time);
        count = 0;
        if (received < 0)
        {
            NativeError error = NativeError.Last();
            return error.Kind == ErrorKind.Interrupted ? default : error;
        }

        for (int i = 0; i < received; i++)
        {
            ref Kevent item = ref buffer[i];
            if (item.filter == EVFILT_USER) continue;
            if ((item.flags & EV_DISPATCH) != 0) DisableOther(item);
            events[count++] = new PollEvent(item.udata, Translate(item));
        }

        return default;
    }

    internal override void Wake()
    {
        Kevent change = new() { ident = WakeIdent, filter = EVFILT_USER, fflags = NOTE_TRIGGER };
        kevent(_queue, &change, 1, null, 0, null);
    }

    internal override void Close() => Unistd.close(_queue);

    private NativeError Apply(nint descriptor, ulong token, PollInterest interest)
    {
        ushort mode = EV_RECEIPT;
        if ((interest & PollInterest.EdgeTriggered) != 0) mode |= EV_CLEAR;
        // EV_DISPATCH disables after an event and keeps the filter, as EPOLLONESHOT does; EV_ONESHOT would delete it.
        if ((interest & PollInterest.OneShot) != 0) mode |= EV_DISPATCH;
        bool read = (interest & (PollInterest.Readable | PollInterest.ReadClosed | PollInterest.Priority)) != 0;
        bool write = (interest & PollInterest.Writable) != 0;
        // An interest in errors alone still needs a filter to report through: a disabled read filter keeps the place.
        Kevent* changes = stackalloc Kevent[4];
        // Deleted first: re-adding does not take flags away from an existing filter.
        changes[0] = new Kevent { ident = (nuint)descriptor, filter = EVFILT_READ, flags = EV_DELETE | EV_RECEIPT };
        changes[1] = new Kevent { ident = (nuint)descriptor, filter = EVFILT_WRITE, flags = EV_DELETE | EV_RECEIPT };
        int used = 2;
        if (read || !write)
        {
            changes[used++] = new Kevent
            {
                ident = (nuint)descriptor,
                filter = EVFILT_READ,
                flags = (ushort)(EV_ADD | (read ? EV_ENABLE : EV_DISABLE) | mode),
                udata = (nuint)token,
            };
        }

        if (write)
        {
            changes[used++] = new Kevent
            {
                ident = (nuint)descriptor,
                filter = EVFILT_WRITE,
                flags = (ushort)(EV_ADD | EV_ENABLE | mode),
                udata = (nuint)token,
            };
        }

        NativeError error = Change(changes, used);
        if (error.IsError) return error;
        for (int i = 2; i < used; i++)
            if (changes[i].data != 0) return NativeError.FromErrno((int)changes[i].data);
        return default;
    }

    /// <summary>Submits changes with receipts: each comes back in place with its errno in the data.</summary>
    private NativeError Change(Kevent* changes, int count)
    {
        while (kevent(_queue, changes, count, changes, count, null) < 0)
        {
            NativeError error = NativeError.Last();
            if (error.Kind != ErrorKind.Interrupted) return error;
        }

        return default;
    }

    private void DisableOther(in Kevent item)
    {
        Kevent change = item;
        change.filter = item.filter == EVFILT_READ ? EVFILT_WRITE : EVFILT_READ;
        change.flags = EV_DISABLE | EV_RECEIPT;
        change.fflags = 0;
        change.data = 0;
        Change(&change, 1);
    }

    private static PollReadiness Translate(in Kevent item)
    {
        if ((item.flags & EV_ERROR) != 0) return PollReadiness.Error;
        bool end = (item.flags & EV_EOF) != 0;
        PollReadiness readiness = item.filter == EVFILT_READ
            ? PollReadiness.Readable | (end ? PollReadiness.ReadClosed : PollReadiness.None)
            : PollReadiness.Writable | (end ? PollReadiness.HangUp : PollReadiness.None);
        // At the end of a socket fflags carries its pending error.
        return end && item.fflags != 0 ? readiness | PollReadiness.Error : readiness;
    }
}
