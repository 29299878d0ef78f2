using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct statx</c> (linux/stat.h): one layout on every architecture.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Statx
{
    internal const uint STATX_BASIC_STATS = 0x7FF;
    internal const uint STATX_BTIME = 0x800;
    internal const uint STATX_MNT_ID = 0x1000;
    internal const uint STATX_DIOALIGN = 0x2000;

    internal uint stx_mask;
    internal uint stx_blksize;
    internal ulong stx_attributes;
    internal uint stx_nlink;
    internal uint stx_uid;
    internal uint stx_gid;
    internal ushort stx_mode;
    internal ushort spare0;
    internal ulong stx_ino;
    internal ulong stx_size;
    internal ulong stx_blocks;
    internal ulong stx_attributes_mask;
    internal StatxTimestamp stx_atime;
    internal StatxTimestamp stx_btime;
    internal StatxTimestamp stx_ctime;
    internal StatxTimestamp stx_mtime;
    internal uint stx_rdev_major;
    internal uint stx_rdev_minor;
    internal uint stx_dev_major;
    internal uint stx_dev_minor;
    internal ulong stx_mnt_id;
    internal uint stx_dio_mem_align;
    internal uint stx_dio_offset_align;
    internal ulong spare3_0;
    internal ulong spare3_1;
    internal ulong spare3_2;
    internal ulong spare3_3;
    internal ulong spare3_4;
    internal ulong spare3_5;
    internal ulong spare3_6;
    internal ulong spare3_7;
    internal ulong spare3_8;
    internal ulong spare3_9;
    internal ulong spare3_10;
    internal ulong spare3_11;
}
