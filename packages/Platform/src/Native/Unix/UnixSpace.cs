using Gabbro.Platform.Files;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Native.Unix;

/// <summary>Reserving and giving back a file's storage.</summary>
internal static unsafe class UnixSpace
{
    internal static NativeError Allocate(int fd, long offset, long length) =>
        Host.IsDarwin ? AllocateDarwin(fd, offset, length) : Fallocate(fd, 0, offset, length);

    internal static NativeError PunchHole(int fd, long offset, long length)
    {
        if (!Host.IsDarwin)
        {
            const int mode = LinuxFcntl.FALLOC_FL_PUNCH_HOLE | LinuxFcntl.FALLOC_FL_KEEP_SIZE;
            return Fallocate(fd, mode, offset, length);
        }
        Darwin.PunchHole hole = new() { fp_offset = offset, fp_length = length };
        return Fcntl.fcntl(fd, DarwinFcntl.F_PUNCHHOLE, (nint)(&hole)) == 0 ? default : NativeError.Last();
    }

    internal static NativeError Fallocate(int fd, int mode, long offset, long length)
    {
        while (true)
        {
            nint result = Syscall.Invoke(
                "fallocate", SyscallNumbers.fallocate, fd, mode, (nint)offset, (nint)length);
            if (result == 0)
                return default;
            NativeError error = NativeError.Last();
            if (error.Kind != ErrorKind.Interrupted)
                return error;
        }
    }

    internal static NativeError SeekSparse(int fd, long offset, bool data, out long position)
    {
        int whence = Host.IsDarwin
            ? data ? DarwinFcntl.SEEK_DATA : DarwinFcntl.SEEK_HOLE
            : data ? LinuxFcntl.SEEK_DATA : LinuxFcntl.SEEK_HOLE;
        return UnixFiles.Seek(fd, offset, whence, out position);
    }

    internal static NativeError Advise(int fd, long offset, long length, FileAdvice advice)
    {
        if (!Host.IsDarwin)
        {
            return Syscall.Invoke(
                "fadvise64", SyscallNumbers.fadvise64, fd, (nint)offset, (nint)length, (int)advice) == 0
                    ? default : NativeError.Last();
        }
        switch (advice)
        {
            case FileAdvice.WillNeed:
                RadVisory request = new() { ra_offset = offset, ra_count = (int)Math.Min(length, int.MaxValue) };
                return Fcntl.fcntl(fd, DarwinFcntl.F_RDADVISE, (nint)(&request)) >= 0 ? default : NativeError.Last();
            case FileAdvice.Normal or FileAdvice.Sequential:
                return Fcntl.fcntl(fd, DarwinFcntl.F_RDAHEAD, 1) >= 0 ? default : NativeError.Last();
            case FileAdvice.Random:
                return Fcntl.fcntl(fd, DarwinFcntl.F_RDAHEAD, 0) >= 0 ? default : NativeError.Last();
            default:
                return NativeError.Of(ErrorKind.NotSupported);
        }
    }

    /// <summary>File systems without the barrier get the full flush, which orders too.</summary>
    internal static NativeError BarrierDarwin(int fd) =>
        Fcntl.fcntl(fd, DarwinFcntl.F_BARRIERFSYNC, 0) >= 0 ? default : UnixFiles.Sync(fd);

    internal static NativeError Clone(int from, int to)
    {
        if (SysIoctl.ioctl(to, LinuxFcntl.FICLONE, from) == 0)
            return default;
        NativeError error = NativeError.Last();
        // File systems without reflinks answer in any of these ways (ioctl_ficlone(2)).
        return error.Kind is ErrorKind.NotTerminal or ErrorKind.InvalidArgument or ErrorKind.NotSupported
            ? NativeError.Of(ErrorKind.NotSupported) : error;
    }

    /// <summary>
    /// Copies inside the kernel as far as that goes. Stops at the first failure or empty step: file systems refuse pairs
    /// they cannot do (EXDEV, EINVAL, EOPNOTSUPP), some fail with EIO (CIFS) or copy nothing from files that have bytes
    /// (procfs). What is left is copied by hand, which also finds out what the true error is.
    /// </summary>
    internal static long CopyRange(int from, long offset, int to, long targetOffset, long length)
    {
        long total = 0;
        while (total < length)
        {
            long source = offset + total;
            long target = targetOffset + total;
            nint count = Syscall.Invoke(
                "copy_file_range", SyscallNumbers.copy_file_range, from, (nint)(&source), to, (nint)(&target),
                (nint)Math.Min(length - total, 1 << 30));
            if (count > 0)
                total += count;
            else if (count == 0 || NativeError.Last().Kind != ErrorKind.Interrupted)
                break;
        }
        return total;
    }

    /// <summary>
    /// Darwin reserves beyond the physical end of the file only and leaves the length alone: extend it afterwards. First
    /// ask for one extent, then for any.
    /// </summary>
    private static NativeError AllocateDarwin(int fd, long offset, long length)
    {
        NativeError error = DarwinStatus.Get(fd, out FileStatus status);
        if (error.IsError)
            return error;
        long end = offset + length;
        long missing = end - status.AllocatedLength;
        if (missing > 0)
        {
            FStore request = new()
            {
                fst_flags = FStore.F_ALLOCATECONTIG | FStore.F_ALLOCATEALL,
                fst_posmode = FStore.F_PEOFPOSMODE,
                fst_length = missing,
            };
            if (Fcntl.fcntl(fd, DarwinFcntl.F_PREALLOCATE, (nint)(&request)) < 0)
            {
                request.fst_flags = FStore.F_ALLOCATEALL;
                if (Fcntl.fcntl(fd, DarwinFcntl.F_PREALLOCATE, (nint)(&request)) < 0)
                    return NativeError.Last();
            }
        }
        return end > status.Length ? UnixFiles.SetLength(fd, end) : default;
    }
}
