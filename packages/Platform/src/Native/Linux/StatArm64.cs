using System.Runtime.InteropServices;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct stat</c> of the arm64 kernel (asm-generic/stat.h), which glibc and musl share.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StatArm64
{
    internal ulong st_dev;
    internal ulong st_ino;
    internal uint st_mode;
    internal uint st_nlink;
    internal uint st_uid;
    internal uint st_gid;
    internal ulong st_rdev;
    internal ulong pad1;
    internal long st_size;
    internal int st_blksize;
    internal int pad2;
    internal long st_blocks;
    internal Timespec st_atim;
    internal Timespec st_mtim;
    internal Timespec st_ctim;
    internal int unused4;
    internal int unused5;
}
