using Gabbro.Platform.Files;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Time;

namespace Gabbro.Platform.Native.Darwin;

/// <summary>Status by fstat(2) and fstatat(2).</summary>
internal static unsafe class DarwinStatus
{
    internal static NativeError Get(int fd, out FileStatus status)
    {
        DarwinStat buffer;
        int result = DarwinSystem.fstat(fd, &buffer);
        return Finish(result, in buffer, out status);
    }

    internal static NativeError Get(int directory, byte* path, bool followLinks, out FileStatus status)
    {
        DarwinStat buffer;
        int result = DarwinSystem.fstatat(
            directory, path, &buffer, followLinks ? 0 : DarwinFcntl.AT_SYMLINK_NOFOLLOW);
        return Finish(result, in buffer, out status);
    }

    private static NativeError Finish(int result, in DarwinStat from, out FileStatus status)
    {
        if (result != 0)
        {
            NativeError error = NativeError.Last();
            status = default;
            return error;
        }
        status = new FileStatus
        {
            Type = UnixMode.TypeOf(from.st_mode),
            Permissions = (UnixFileMode)(from.st_mode & 0xFFF),
            Device = (uint)from.st_dev,
            FileId = from.st_ino,
            LinkCount = from.st_nlink,
            UserId = from.st_uid,
            GroupId = from.st_gid,
            RepresentedDevice = (uint)from.st_rdev,
            Length = from.st_size,
            AllocatedLength = from.st_blocks * 512,
            BlockSize = from.st_blksize,
            AccessTime = Convert(from.st_atimespec),
            ModificationTime = Convert(from.st_mtimespec),
            ChangeTime = Convert(from.st_ctimespec),
            BirthTime = Convert(from.st_birthtimespec),
            Attributes = from.st_flags,
        };
        return default;
    }

    private static UnixTimestamp Convert(Timespec from) => new(from.tv_sec, (int)from.tv_nsec);
}
