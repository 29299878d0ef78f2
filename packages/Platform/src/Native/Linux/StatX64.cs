using System.Runtime.InteropServices;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct stat</c> of the x64 kernel, which glibc and musl share.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StatX64
{
    internal ulong st_dev;
    internal ulong st_ino;
    internal ulong st_nlink;
    internal uint st_mode;
    internal uint st_uid;
    internal uint st_gid;
    internal uint pad0;
    internal ulong st_rdev;
    internal long st_size;
    internal long st_blksize;
    internal long st_blocks;
    internal Timespec st_atim;
    internal Timespec st_mtim;
    internal Timespec st_ctim;
    internal long unused0;
    internal long unused1;
    internal long unused2;
}
