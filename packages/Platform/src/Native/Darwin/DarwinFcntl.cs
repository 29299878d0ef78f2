using Gabbro.Platform.Files;

namespace Gabbro.Platform.Native.Darwin;

/// <summary>fcntl.h of Darwin (the same on x64 and arm64), and the translation of options to flags.</summary>
internal static class DarwinFcntl
{
    internal const int AT_FDCWD = -2;
    internal const int AT_EACCESS = 0x10;
    internal const int AT_SYMLINK_NOFOLLOW = 0x20;
    internal const int AT_SYMLINK_FOLLOW = 0x40;
    internal const int AT_REMOVEDIR = 0x80;

    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 1;
    internal const int O_RDWR = 2;
    internal const int O_NONBLOCK = 0x4;
    internal const int O_APPEND = 0x8;
    internal const int O_SYNC = 0x80;
    internal const int O_NOFOLLOW = 0x100;
    internal const int O_CREAT = 0x200;
    internal const int O_TRUNC = 0x400;
    internal const int O_EXCL = 0x800;
    internal const int O_EVTONLY = 0x8000;
    internal const int O_NOCTTY = 0x20000;
    internal const int O_DIRECTORY = 0x100000;
    internal const int O_SYMLINK = 0x200000;
    internal const int O_DSYNC = 0x400000;
    internal const int O_CLOEXEC = 0x1000000;

    internal const int F_GETFL = 3;
    internal const int F_SETFL = 4;
    internal const int F_GETLK = 7;
    internal const int F_SETLK = 8;
    internal const int F_SETLKW = 9;
    internal const int F_PREALLOCATE = 42;
    internal const int F_RDADVISE = 44;
    internal const int F_RDAHEAD = 45;
    internal const int F_NOCACHE = 48;
    internal const int F_GETPATH = 50;
    internal const int F_FULLFSYNC = 51;
    internal const int F_DUPFD_CLOEXEC = 67;
    internal const int F_BARRIERFSYNC = 85;
    internal const int F_OFD_SETLK = 90;
    internal const int F_OFD_SETLKW = 91;
    internal const int F_OFD_GETLK = 92;
    internal const int F_PUNCHHOLE = 99;

    internal const short F_RDLCK = 1;
    internal const short F_UNLCK = 2;
    internal const short F_WRLCK = 3;

    internal const int SEEK_HOLE = 3;
    internal const int SEEK_DATA = 4;

    internal const uint RENAME_SWAP = 2;
    internal const uint RENAME_EXCL = 4;

    /// <summary>The flags for openat(2). Direct I/O is a later fcntl here, <see cref="F_NOCACHE"/>.</summary>
    internal static int Of(in FileOpenOptions options)
    {
        int flags = O_CLOEXEC | O_NOCTTY;
        flags |= options.Access switch
        {
            FileOpenAccess.Write => O_WRONLY,
            FileOpenAccess.ReadWrite => O_RDWR,
            _ => O_RDONLY,
        };
        flags |= options.Creation switch
        {
            FileCreation.OpenOrCreate => O_CREAT,
            FileCreation.CreateNew => O_CREAT | O_EXCL,
            FileCreation.CreateOrTruncate => O_CREAT | O_TRUNC,
            FileCreation.TruncateExisting => O_TRUNC,
            _ => 0,
        };
        FileOpenFlags wanted = options.Flags;
        if ((wanted & FileOpenFlags.Append) != 0)
            flags |= O_APPEND;
        if ((wanted & FileOpenFlags.Synchronous) != 0)
            flags |= O_SYNC;
        if ((wanted & FileOpenFlags.DataSynchronous) != 0)
            flags |= O_DSYNC;
        if ((wanted & FileOpenFlags.NoFollow) != 0)
            flags |= O_NOFOLLOW;
        if ((wanted & FileOpenFlags.NonBlocking) != 0)
            flags |= O_NONBLOCK;
        if ((wanted & FileOpenFlags.Directory) != 0)
            flags |= O_DIRECTORY;
        return flags;
    }
}
