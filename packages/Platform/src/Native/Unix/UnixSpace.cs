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

    /// <summary>
    /// Darwin reserves beyond the physical end of the file only and leaves the length alone: extend it afterwards. First
    /// ask for one extent, then for any.
    /// </summary>
    private static NativeError AllocateDarwin(int fd, long offset, long length)
    {
        NativeError error = DarwinStatus.Get(fd, out Files.FileStatus status);
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
