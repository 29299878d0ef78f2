using System.Runtime.InteropServices;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native.Darwin;

/// <summary><c>struct stat</c> of Darwin with 64-bit inode numbers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DarwinStat
{
    internal int st_dev;
    internal ushort st_mode;
    internal ushort st_nlink;
    internal ulong st_ino;
    internal uint st_uid;
    internal uint st_gid;
    internal int st_rdev;
    internal int pad0;
    internal Timespec st_atimespec;
    internal Timespec st_mtimespec;
    internal Timespec st_ctimespec;
    internal Timespec st_birthtimespec;
    internal long st_size;
    internal long st_blocks;
    internal int st_blksize;
    internal uint st_flags;
    internal uint st_gen;
    internal int st_lspare;
    internal long st_qspare0;
    internal long st_qspare1;
}
