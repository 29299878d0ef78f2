using Gabbro.Platform.Files;
using Gabbro.Platform.Locks;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native.Darwin;

/// <summary>
/// Open-file-description locks of Darwin, and their emulation where a file system refuses them: record locks, which
/// exclude other processes only, under a table that excludes the descriptors of this one.
/// </summary>
internal static unsafe class DarwinLocks
{
    internal static NativeError Lock(int fd, ByteRange range, LockMode mode, bool wait)
    {
        DarwinFlock request = Request(range, mode == LockMode.Exclusive ? DarwinFcntl.F_WRLCK : DarwinFcntl.F_RDLCK);
        NativeError error = Control(fd, wait ? DarwinFcntl.F_OFD_SETLKW : DarwinFcntl.F_OFD_SETLK, &request);
        return IsMissing(error) ? Emulate(fd, range, mode, wait) : error;
    }

    internal static NativeError Unlock(int fd, ByteRange range)
    {
        DarwinFlock request = Request(range, DarwinFcntl.F_UNLCK);
        NativeError error = Control(fd, DarwinFcntl.F_OFD_SETLK, &request);
        if (!IsMissing(error))
            return error;
        error = DarwinStatus.Get(fd, out FileStatus status);
        if (error.IsError)
            return error;
        lock (ProcessLockTable.Shared)
        {
            ProcessLockTable.Shared.RemoveUnsynchronized(status, fd, range);
            // Others of this process may still hold shared locks inside: put back what the release takes from them.
            request = Request(range, DarwinFcntl.F_UNLCK);
            error = Control(fd, DarwinFcntl.F_SETLK, &request);
            foreach (ByteRange kept in ProcessLockTable.Shared.SharedWithinUnsynchronized(status, range))
            {
                if (error.IsError)
                    break;
                request = Request(kept, DarwinFcntl.F_RDLCK);
                error = Control(fd, DarwinFcntl.F_SETLK, &request);
            }
        }
        return error;
    }

    internal static NativeError Query(int fd, ByteRange range, LockMode mode, out bool found, out LockConflict conflict)
    {
        short type = mode == LockMode.Exclusive ? DarwinFcntl.F_WRLCK : DarwinFcntl.F_RDLCK;
        DarwinFlock request = Request(range, type);
        NativeError error = Control(fd, DarwinFcntl.F_OFD_GETLK, &request);
        if (IsMissing(error))
        {
            error = DarwinStatus.Get(fd, out FileStatus status);
            lock (ProcessLockTable.Shared)
            {
                if (!error.IsError
                    && ProcessLockTable.Shared.TryFindUnsynchronized(status, fd, range, mode, out conflict))
                {
                    found = true;
                    return default;
                }
            }
            if (!error.IsError)
            {
                request = Request(range, type);
                error = Control(fd, DarwinFcntl.F_GETLK, &request);
            }
        }
        found = !error.IsError && request.l_type != DarwinFcntl.F_UNLCK;
        conflict = found
            ? UnixLocks.Conflict(request.l_type == DarwinFcntl.F_WRLCK, request.l_start, request.l_len, request.l_pid)
            : default;
        return error;
    }

    private static NativeError Emulate(int fd, ByteRange range, LockMode mode, bool wait)
    {
        NativeError error = DarwinStatus.Get(fd, out FileStatus status);
        if (error.IsError)
            return error;
        LockBackoff backoff = default;
        while (true)
        {
            lock (ProcessLockTable.Shared)
            {
                if (ProcessLockTable.Shared.TryFindUnsynchronized(status, fd, range, mode, out _))
                {
                    error = NativeError.Of(ErrorKind.WouldBlock);
                }
                else
                {
                    DarwinFlock request = Request(
                        range, mode == LockMode.Exclusive ? DarwinFcntl.F_WRLCK : DarwinFcntl.F_RDLCK);
                    error = Control(fd, DarwinFcntl.F_SETLK, &request);
                    if (!error.IsError)
                        ProcessLockTable.Shared.AddUnsynchronized(status, fd, range, mode);
                }
            }
            // Waiting inside the system would hold the table against the very thread that is to release.
            if (!wait || error.Kind != ErrorKind.WouldBlock)
                return error;
            backoff.Pause(Timeout.InfiniteTimeSpan, default);
        }
    }

    private static bool IsMissing(NativeError error) =>
        error.Kind is ErrorKind.InvalidArgument or ErrorKind.NotSupported;

    private static DarwinFlock Request(ByteRange range, short type) =>
        new() { l_type = type, l_whence = Unistd.SEEK_SET, l_start = range.Offset, l_len = range.Length };

    private static NativeError Control(int fd, int command, DarwinFlock* request)
    {
        while (Fcntl.fcntl(fd, command, (nint)request) != 0)
        {
            NativeError error = NativeError.Last();
            if (error.Kind == ErrorKind.Interrupted)
                continue;
            return error.Kind == ErrorKind.PermissionDenied ? NativeError.Of(ErrorKind.WouldBlock) : error;
        }
        return default;
    }
}
