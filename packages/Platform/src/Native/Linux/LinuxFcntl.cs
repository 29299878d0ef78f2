namespace Gabbro.Platform.Native.Linux;

/// <summary>fcntl.h of Linux: values that are the same on x64 and arm64. The others are in <see cref="LinuxOpenFlags"/>.</summary>
internal static class LinuxFcntl
{
    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const int AT_REMOVEDIR = 0x200;
    internal const int AT_EACCESS = 0x200;
    internal const int AT_SYMLINK_FOLLOW = 0x400;
    internal const int AT_EMPTY_PATH = 0x1000;

    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_NOCTTY = 0x100;
    internal const int O_TRUNC = 0x200;
    internal const int O_APPEND = 0x400;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_DSYNC = 0x1000;
    internal const int O_NOATIME = 0x40000;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_SYNC = 0x101000;
    internal const int O_PATH = 0x200000;

    internal const int F_GETFL = 3;
    internal const int F_SETFL = 4;
    internal const int F_OFD_GETLK = 36;
    internal const int F_OFD_SETLK = 37;
    internal const int F_OFD_SETLKW = 38;
    internal const int F_DUPFD_CLOEXEC = 1030;

    internal const short F_RDLCK = 0;
    internal const short F_WRLCK = 1;
    internal const short F_UNLCK = 2;

    internal const int FALLOC_FL_KEEP_SIZE = 1;
    internal const int FALLOC_FL_PUNCH_HOLE = 2;
    internal const int FALLOC_FL_COLLAPSE_RANGE = 8;
    internal const int FALLOC_FL_ZERO_RANGE = 16;
    internal const int FALLOC_FL_INSERT_RANGE = 32;

    internal const int SEEK_DATA = 3;
    internal const int SEEK_HOLE = 4;

    internal const int POSIX_FADV_NORMAL = 0;
    internal const int POSIX_FADV_RANDOM = 1;
    internal const int POSIX_FADV_SEQUENTIAL = 2;
    internal const int POSIX_FADV_WILLNEED = 3;
    internal const int POSIX_FADV_DONTNEED = 4;
    internal const int POSIX_FADV_NOREUSE = 5;

    internal const nuint FICLONE = 0x40049409;

    internal const uint RENAME_NOREPLACE = 1;
    internal const uint RENAME_EXCHANGE = 2;
}
