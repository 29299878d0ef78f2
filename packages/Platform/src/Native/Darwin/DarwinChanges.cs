using System.Runtime.InteropServices;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native.Darwin;

/// <summary>Changes by kqueue(2): one descriptor for each watched object, opened for events only so that it holds up no unmount.</summary>
internal sealed unsafe class DarwinChanges : ChangeSource
{
    private const int Batch = 64;

    private readonly int _queue;
    private readonly Dictionary<int, int> _descriptors = [];
    private Kevent* _events = (Kevent*)NativeMemory.Alloc(Batch, (nuint)sizeof(Kevent));
    private int _position;
    private int _end;
    private int _lastWatch;

    private DarwinChanges(int queue) => _queue = queue;

    internal override nint Handle => _queue;

    internal static NativeError Create(out ChangeSource? source)
    {
        int queue = SysEvent.kqueue();
        source = null;
        if (queue < 0) return NativeError.Last();
        source = new DarwinChanges(queue);
        return default;
    }

    internal override NativeError Add(ReadOnlySpan<byte> path, ChangeKinds kinds, bool subtree, out int watch)
    {
        watch = -1;
        if (subtree) return NativeError.Of(ErrorKind.NotSupported);
        int descriptor;
        using (PathBuffer buffer = new(path, stackalloc byte[PathBuffer.StackSize]))
            descriptor = Fcntl.openat(DarwinFcntl.AT_FDCWD, buffer.Pointer, DarwinFcntl.O_EVTONLY | DarwinFcntl.O_CLOEXEC, 0);
        if (descriptor < 0) return NativeError.Last();
        uint notes = SysEvent.NOTE_DELETE | SysEvent.NOTE_RENAME | SysEvent.NOTE_REVOKE;
        // A name that comes or goes is a write to its directory.
        const ChangeKinds contents =
            ChangeKinds.Created | ChangeKinds.Deleted | ChangeKinds.Modified | ChangeKinds.RenamedFrom | ChangeKinds.RenamedTo;
        if ((kinds & contents) != 0) notes |= SysEvent.NOTE_WRITE | SysEvent.NOTE_EXTEND | SysEvent.NOTE_LINK;
        if ((kinds & ChangeKinds.Attributes) != 0) notes |= SysEvent.NOTE_ATTRIB;
        Kevent change = new()
        {
            ident = (nuint)descriptor,
            filter = SysEvent.EVFILT_VNODE,
            flags = SysEvent.EV_ADD | SysEvent.EV_CLEAR,
            fflags = notes,
            udata = (nuint)(_lastWatch + 1),
        };
        if (SysEvent.kevent(_queue, &change, 1, null, 0, null) < 0)
        {
            NativeError error = NativeError.Last();
            _ = Unistd.close(descriptor);
            return error;
        }
        watch = ++_lastWatch;
        _descriptors.Add(watch, descriptor);
        return default;
    }

    internal override NativeError Remove(int watch)
    {
        // Closing the descriptor takes its filter out of the queue.
        if (!_descriptors.Remove(watch, out int descriptor)) return NativeError.Of(ErrorKind.NotFound);
        _ = Unistd.close(descriptor);
        return default;
    }

    internal override bool TryRead(out WatchedChange change, out NativeError error)
    {
        change = default;
        while (true)
        {
            if (_position == _end)
            {
                _position = _end = 0;
                Timespec now = default;
                int count = SysEvent.kevent(_queue, null, 0, _events, Batch, &now);
                error = count < 0 ? NativeError.Last() : default;
                if (error.Kind == ErrorKind.Interrupted) continue;
                if (count <= 0) return false;
                _end = count;
            }
            ref Kevent told = ref _events[_position++];
            ChangeKinds kinds = KindsOf(told.fflags);
            if (kinds == ChangeKinds.None || !_descriptors.ContainsKey((int)told.udata)) continue;
            change = new WatchedChange((int)told.udata, kinds, default, 0, isDirectory: false);
            error = default;
            return true;
        }
    }

    internal override NativeError Wait(TimeSpan timeout, out bool isReady)
    {
        isReady = _position != _end;
        if (isReady) return default;
        (NativeError error, isReady) = UnixPoll.WaitReadable(_queue, timeout);
        return error;
    }

    public override void Dispose()
    {
        foreach (int descriptor in _descriptors.Values) _ = Unistd.close(descriptor);
        _descriptors.Clear();
        NativeMemory.Free(_events);
        _events = null;
    }

    private static ChangeKinds KindsOf(uint notes)
    {
        ChangeKinds kinds = ChangeKinds.None;
        if ((notes & (SysEvent.NOTE_WRITE | SysEvent.NOTE_EXTEND | SysEvent.NOTE_LINK)) != 0) kinds |= ChangeKinds.Modified;
        if ((notes & SysEvent.NOTE_ATTRIB) != 0) kinds |= ChangeKinds.Attributes;
        if ((notes & (SysEvent.NOTE_DELETE | SysEvent.NOTE_RENAME | SysEvent.NOTE_REVOKE)) != 0) kinds |= ChangeKinds.Gone;
        return kinds;
    }
}
