using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;

namespace Gabbro.Platform.Tests.Polling;

/// <summary>
/// A model of kqueue(2) as its manual page describes it, under the native calls of one thread: filters by descriptor and kind,
/// clearing, dispatching, receipts, user events. It stands for macOS where no macOS is; what it cannot show is a difference
/// between the manual page and the kernel.
/// </summary>
internal sealed unsafe class FakeKqueue : INativeInterceptor, IDisposable
{
    private const int Descriptor = 77;

    private readonly Dictionary<(nuint Ident, short Filter), Filter> _filters = [];

    internal FakeKqueue()
    {
        NativeSeam.ActsForDarwin = true;
        NativeSeam.Interceptor = this;
    }

    private sealed class Filter
    {
        internal ushort Flags;
        internal nuint UserData;
        internal bool Enabled = true;

        /// <summary>The condition holds now.</summary>
        internal bool Ready;

        /// <summary>A change that a clearing filter has not reported yet.</summary>
        internal bool Changed;
        internal bool End;
        internal uint SocketError;
    }

    internal int InterruptNext { get; set; }

    internal int Filters => _filters.Count(f => f.Key.Filter != SysEvent.EVFILT_USER);

    internal bool IsClosed { get; private set; }

    /// <summary>Makes a descriptor ready or not in a direction; each call is a new edge.</summary>
    internal void SetReady(int descriptor, short kind, bool ready, bool end = false, uint error = 0)
    {
        if (!_filters.TryGetValue(((nuint)descriptor, kind), out Filter? filter)) return;
        filter.Ready = ready;
        filter.Changed = ready;
        filter.End = end;
        filter.SocketError = error;
    }

    public NativeOutcome Intercept(string call, ReadOnlySpan<nint> arguments, ref nuint count)
    {
        switch (call)
        {
            case nameof(SysEvent.kqueue):
                return NativeOutcome.Return(Descriptor);
            case nameof(SysEvent.kevent):
                if (InterruptNext > 0)
                {
                    InterruptNext--;
                    return NativeOutcome.Fail(DarwinErrors.EINTR);
                }

                return Kevent((Kevent*)arguments[1], (int)arguments[2], (Kevent*)arguments[3], (int)arguments[4]);
            case "fcntl":
                return NativeOutcome.Return(0);
            case "close":
                IsClosed |= arguments[0] == Descriptor;
                return NativeOutcome.Return(0);
            default:
                throw new InvalidOperationException($"The poller called {call}.");
        }
    }

    public void Dispose()
    {
        NativeSeam.Interceptor = null;
        NativeSeam.ActsForDarwin = false;
    }

    private NativeOutcome Kevent(Kevent* changes, int changeCount, Kevent* events, int room)
    {
        int produced = 0;
        // Copied first: changes and events may be one array.
        Kevent[] given = new Span<Kevent>(changes, changeCount).ToArray();
        foreach (Kevent change in given)
        {
            int error = Apply(change);
            if ((change.flags & SysEvent.EV_RECEIPT) == 0 && error == 0) continue;
            if (produced == room) return NativeOutcome.Fail(error == 0 ? DarwinErrors.EINVAL : error);
            events[produced] = change;
            events[produced].flags |= SysEvent.EV_ERROR;
            events[produced].data = error;
            produced++;
        }

        if (produced > 0 || room == 0) return NativeOutcome.Return(produced);
        foreach (((nuint ident, short kind), Filter filter) in _filters)
        {
            bool clears = (filter.Flags & SysEvent.EV_CLEAR) != 0;
            if (!filter.Enabled || !(clears ? filter.Changed : filter.Ready)) continue;
            if (produced == room) break;
            events[produced++] = new Kevent
            {
                ident = ident,
                filter = kind,
                flags = (ushort)(filter.Flags | (filter.End ? SysEvent.EV_EOF : 0)),
                fflags = filter.SocketError,
                udata = filter.UserData,
            };
            filter.Changed = false;
            if ((filter.Flags & SysEvent.EV_DISPATCH) != 0) filter.Enabled = false;
        }

        return NativeOutcome.Return(produced);
    }

    private int Apply(in Kevent change)
    {
        (nuint, short) key = (change.ident, change.filter);
        _filters.TryGetValue(key, out Filter? filter);
        if ((change.flags & SysEvent.EV_ADD) != 0)
        {
            // Adding again changes udata and enables, but takes no flag away.
            if (filter is null) _filters[key] = filter = new Filter { Flags = (ushort)(change.flags & (SysEvent.EV_CLEAR | SysEvent.EV_DISPATCH | SysEvent.EV_ONESHOT)) };
            filter.UserData = change.udata;
        }

        if (filter is null) return DarwinErrors.ENOENT;
        if ((change.flags & SysEvent.EV_DELETE) != 0) return _filters.Remove(key) ? 0 : DarwinErrors.ENOENT;
        if ((change.flags & SysEvent.EV_ENABLE) != 0) filter.Enabled = true;
        if ((change.flags & SysEvent.EV_DISABLE) != 0) filter.Enabled = false;
        if (change.filter == SysEvent.EVFILT_USER && (change.fflags & SysEvent.NOTE_TRIGGER) != 0) filter.Ready = filter.Changed = true;
        return 0;
    }
}
