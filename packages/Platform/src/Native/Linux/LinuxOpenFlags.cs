using Gabbro.Platform.Files;

namespace Gabbro.Platform.Native.Linux;

/// <summary>Open flags that x64 and arm64 number differently, and the translation of options to flags.</summary>
internal static class LinuxOpenFlags
{
    internal static int O_DIRECT => Host.IsArm64 ? Arm64.O_DIRECT : X64.O_DIRECT;

    internal static int O_DIRECTORY => Host.IsArm64 ? Arm64.O_DIRECTORY : X64.O_DIRECTORY;

    internal static int O_NOFOLLOW => Host.IsArm64 ? Arm64.O_NOFOLLOW : X64.O_NOFOLLOW;

    internal static int O_TMPFILE => Host.IsArm64 ? Arm64.O_TMPFILE : X64.O_TMPFILE;

    /// <summary>The flags for openat(2). O_CLOEXEC is always among them: descriptors do not leak into children.</summary>
    internal static int Of(in FileOpenOptions options)
    {
        int flags = LinuxFcntl.O_CLOEXEC | LinuxFcntl.O_NOCTTY;
        flags |= options.Access switch
        {
            FileOpenAccess.Write => LinuxFcntl.O_WRONLY,
            FileOpenAccess.ReadWrite => LinuxFcntl.O_RDWR,
            FileOpenAccess.PathOnly => LinuxFcntl.O_PATH,
            _ => LinuxFcntl.O_RDONLY,
        };
        flags |= options.Creation switch
        {
            FileCreation.OpenOrCreate => LinuxFcntl.O_CREAT,
            FileCreation.CreateNew => LinuxFcntl.O_CREAT | LinuxFcntl.O_EXCL,
            FileCreation.CreateOrTruncate => LinuxFcntl.O_CREAT | LinuxFcntl.O_TRUNC,
            FileCreation.TruncateExisting => LinuxFcntl.O_TRUNC,
            FileCreation.Unnamed => O_TMPFILE,
            _ => 0,
        };
        FileOpenFlags wanted = options.Flags;
        if ((wanted & FileOpenFlags.Append) != 0)
            flags |= LinuxFcntl.O_APPEND;
        if ((wanted & FileOpenFlags.Direct) != 0)
            flags |= O_DIRECT;
        if ((wanted & FileOpenFlags.Synchronous) != 0)
            flags |= LinuxFcntl.O_SYNC;
        if ((wanted & FileOpenFlags.DataSynchronous) != 0)
            flags |= LinuxFcntl.O_DSYNC;
        if ((wanted & FileOpenFlags.NoFollow) != 0)
            flags |= O_NOFOLLOW;
        if ((wanted & FileOpenFlags.NonBlocking) != 0)
            flags |= LinuxFcntl.O_NONBLOCK;
        if ((wanted & FileOpenFlags.NoAccessTime) != 0)
            flags |= LinuxFcntl.O_NOATIME;
        if ((wanted & FileOpenFlags.Directory) != 0)
            flags |= O_DIRECTORY;
        return flags;
    }

    internal static class X64
    {
        internal const int O_DIRECT = 0x4000;
        internal const int O_DIRECTORY = 0x10000;
        internal const int O_NOFOLLOW = 0x20000;
        internal const int O_TMPFILE = 0x410000;
    }

    internal static class Arm64
    {
        internal const int O_DIRECTORY = 0x4000;
        internal const int O_NOFOLLOW = 0x8000;
        internal const int O_DIRECT = 0x10000;
        internal const int O_TMPFILE = 0x404000;
    }
}
