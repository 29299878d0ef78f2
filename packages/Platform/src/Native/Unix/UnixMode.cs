using Gabbro.Platform.Files;

namespace Gabbro.Platform.Native.Unix;

/// <summary>The parts of <c>st_mode</c>, and of <c>d_type</c>, which is <c>st_mode</c> shifted by 12 (IFTODT).</summary>
internal static class UnixMode
{
    internal const int S_IFMT = 0xF000;
    internal const int S_IFIFO = 0x1000;
    internal const int S_IFCHR = 0x2000;
    internal const int S_IFDIR = 0x4000;
    internal const int S_IFBLK = 0x6000;
    internal const int S_IFREG = 0x8000;
    internal const int S_IFLNK = 0xA000;
    internal const int S_IFSOCK = 0xC000;

    internal static FileType TypeOf(int mode) => (mode & S_IFMT) switch
    {
        S_IFREG => FileType.Regular,
        S_IFDIR => FileType.Directory,
        S_IFLNK => FileType.SymbolicLink,
        S_IFIFO => FileType.Fifo,
        S_IFSOCK => FileType.Socket,
        S_IFCHR => FileType.CharacterDevice,
        S_IFBLK => FileType.BlockDevice,
        _ => FileType.Unknown,
    };
}
