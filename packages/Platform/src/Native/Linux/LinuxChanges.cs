using System.Runtime.InteropServices;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native.Unix;
using static Gabbro.Platform.Native.Linux.SysInotify;

namespace Gabbro.Platform.Native.Linux;

/// <summary>Changes by inotify(7).</summary>
internal sealed unsafe class LinuxChanges : ChangeSource
{
    // One event with the longest name is 272 bytes; this many make a read worth its call.
    private const int BufferSize = 16 * 1024;

    private readonly int _queue;
    private byte* _buffer = (byte*)NativeMemory.AlignedAlloc(BufferSize, 16);
    private int _position;
    private int _end;

    private LinuxChanges(int queue) => _queue = queue;

    internal override nint Handle => _queue;

    internal static NativeError Create(out ChangeSource? source)
    {
        int queue = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        source = null;
        if (queue < 0) return NativeError.Last();
        source = new LinuxChanges(queue);
        return default;
    }

    internal override NativeError Add(ReadOnlySpan<byte> path, ChangeKinds kinds, bool subtree, out int watch)
    {
        watch = -1;
        if (subtree) return NativeError.Of(ErrorKind.NotSupported);
        // Without IN_MASK_CREATE a second watch of one directory would quietly take the place of the first.
        uint mask = IN_MASK_CREATE | IN_DELETE_SELF | IN_MOVE_SELF;
        mask |= (kinds & ChangeKinds.Created) != 0 ? IN_CREATE : 0;
        mask |= (kinds & ChangeKinds.Deleted) != 0 ? IN_DELETE : 0;
        mask |= (kinds & ChangeKinds.Modified) != 0 ? IN_MODIFY : 0;
        mask |= (kinds & ChangeKinds.Attributes) != 0 ? IN_ATTRIB : 0;
        mask |= (kinds & ChangeKinds.RenamedFrom) != 0 ? IN_MOVED_FROM : 0;
        mask |= (kinds & ChangeKinds.RenamedTo) != 0 ? IN_MOVED_TO : 0;
        mask |= (kinds & ChangeKinds.WriterClosed) != 0 ? IN_CLOSE_WRITE : 0;
        using PathBuffer buffer = new(path, stackalloc byte[PathBuffer.StackSize]);
        watch = inotify_add_watch(_queue, buffer.Pointer, mask);
        return watch < 0 ? NativeError.Last() : default;
    }

    internal override NativeError Remove(int watch)
    {
        if (inotify_rm_watch(_queue, watch) == 0) return default;
        NativeError error = NativeError.Last();
        // EINVAL is the kernel's word for a number that watches nothing.
        return error.Kind == ErrorKind.InvalidArgument ? NativeError.Of(ErrorKind.NotFound) : error;
    }

    internal override bool TryRead(out WatchedChange change, out NativeError error)
    {
        change = default;
        while (true)
        {
            if (_position == _end)
            {
                _position = _end = 0;
                error = UnixFiles.Read(_queue, new Span<byte>(_buffer, BufferSize), out int count);
                if (error.IsError)
                {
                    if (error.Kind == ErrorKind.WouldBlock) error = default;
                    return false;
                }
                _end = count;
            }
            InotifyEvent* told = (InotifyEvent*)(_buffer + _position);
            byte* name = (byte*)(told + 1);
            _position += sizeof(InotifyEvent) + (int)told->len;
            ChangeKinds kinds = KindsOf(told->mask);
            // The end of a watch that was removed, or whose object's going has been told already.
            if (kinds == ChangeKinds.None) continue;
            int length = told->len == 0 ? 0 : new ReadOnlySpan<byte>(name, (int)told->len).IndexOf((byte)0);
            change = new WatchedChange(
                told->wd, kinds, new ReadOnlySpan<byte>(name, length), told->cookie, (told->mask & IN_ISDIR) != 0);
            error = default;
            return true;
        }
    }

    internal override NativeError Wait(TimeSpan timeout, out bool isReady)
    {
        // What was read before and not yet taken is a change to read as well.
        isReady = _position != _end;
        if (isReady) return default;
        (NativeError error, isReady) = UnixPoll.WaitReadable(_queue, timeout);
        return error;
    }

    public override void Dispose()
    {
        NativeMemory.AlignedFree(_buffer);
        _buffer = null;
    }

    private static ChangeKinds KindsOf(uint mask)
    {
        ChangeKinds kinds = ChangeKinds.None;
        if ((mask & IN_CREATE) != 0) kinds |= ChangeKinds.Created;
        if ((mask & IN_DELETE) != 0) kinds |= ChangeKinds.Deleted;
        if ((mask & IN_MODIFY) != 0) kinds |= ChangeKinds.Modified;
        if ((mask & IN_ATTRIB) != 0) kinds |= ChangeKinds.Attributes;
        if ((mask & IN_MOVED_FROM) != 0) kinds |= ChangeKinds.RenamedFrom;
        if ((mask & IN_MOVED_TO) != 0) kinds |= ChangeKinds.RenamedTo;
        if ((mask & IN_CLOSE_WRITE) != 0) kinds |= ChangeKinds.WriterClosed;
        if ((mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0) kinds |= ChangeKinds.Gone;
        if ((mask & IN_Q_OVERFLOW) != 0) kinds |= ChangeKinds.Overflow;
        return kinds;
    }
}
