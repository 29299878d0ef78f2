using Gabbro.Platform.Locks;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Native.Unix;

/// <summary>Open-file-description locks by fcntl(2).</summary>
internal static unsafe class UnixLocks
{
    internal static NativeError Lock(int fd, ByteRange range, LockMode mode, bool wait)
    {
        if (Host.IsDarwin)
            return DarwinLocks.Lock(fd, range, mode, wait);
        LinuxFlock request = Request(range, mode == LockMode.Exclusive ? LinuxFcntl.F_WRLCK : LinuxFcntl.F_RDLCK);
        return Control(fd, wait ? LinuxFcntl.F_OFD_SETLKW : LinuxFcntl.F_OFD_SETLK, &request);
    }

    internal static NativeError Unlock(int fd, ByteRange range)
    {
        if (Host.IsDarwin)
            return DarwinLocks.Unlock(fd, range);
        LinuxFlock request = Request(range, LinuxFcntl.F_UNLCK);
        return Control(fd, LinuxFcntl.F_OFD_SETLK, &request);
    }

    internal static NativeError Query(int fd, ByteRange range, LockMode mode, out bool found, out LockConflict conflict)
    {
        if (Host.IsDarwin)
            return DarwinLocks.Query(fd, range, mode, out found, out conflict);
        LinuxFlock request = Request(range, mode == LockMode.Exclusive ? LinuxFcntl.F_WRLCK : LinuxFcntl.F_RDLCK);
        NativeError error = Control(fd, LinuxFcntl.F_OFD_GETLK, &request);
        found = !error.IsError && request.l_type != LinuxFcntl.F_UNLCK;
        conflict = found
            ? Conflict(request.l_type == LinuxFcntl.F_WRLCK, request.l_start, request.l_len, request.l_pid)
            : default;
        return error;
    }

    /// <summary>A length of 0 reaches to the end of all offsets; the holder of a description lock is "process -1".</summary>
    internal static LockConflict Conflict(bool exclusive, long start, long length, int process) => new(
        exclusive ? LockMode.Exclusive : LockMode.Shared,
        new ByteRange(start, length == 0 ? long.MaxValue : length),
        Math.Max(process, 0));

    private static LinuxFlock Request(ByteRange range, short type) =>
        new() { l_type = type, l_whence = Unistd.SEEK_SET, l_start = range.Offset, l_len = range.Length };

    private static NativeError Control(int fd, int command, LinuxFlock* request)
    {
        while (Fcntl.fcntl(fd, command, (nint)request) != 0)
        {
            NativeError error = NativeError.Last();
            if (error.Kind == ErrorKind.Interrupted)
                continue;
            // POSIX lets a busy lock be EACCES too (fcntl(2)).
            return error.Kind == ErrorKind.PermissionDenied ? NativeError.Of(ErrorKind.WouldBlock) : error;
        }
        return default;
    }
}
