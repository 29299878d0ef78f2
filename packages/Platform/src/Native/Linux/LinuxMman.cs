namespace Gabbro.Platform.Native.Linux;

/// <summary>sys/mman.h of Linux: values beyond POSIX, the same on x64 and arm64.</summary>
internal static class LinuxMman
{
    internal const int MAP_ANONYMOUS = 0x20;
    internal const int MAP_NORESERVE = 0x4000;
    internal const int MAP_POPULATE = 0x8000;
    internal const int MAP_HUGETLB = 0x40000;
    internal const int MAP_HUGE_SHIFT = 26;
    internal const int MREMAP_MAYMOVE = 1;

    internal const int MS_ASYNC = 1;
    internal const int MS_SYNC = 4;

    internal const int MADV_NORMAL = 0;
    internal const int MADV_RANDOM = 1;
    internal const int MADV_SEQUENTIAL = 2;
    internal const int MADV_WILLNEED = 3;
    internal const int MADV_DONTNEED = 4;
    internal const int MADV_FREE = 8;
    internal const int MADV_HUGEPAGE = 14;
    internal const int MADV_NOHUGEPAGE = 15;
    internal const int MADV_DONTDUMP = 16;
    internal const int MADV_DODUMP = 17;
    internal const int MADV_COLD = 20;
    internal const int MADV_PAGEOUT = 21;
    internal const int MADV_POPULATE_READ = 22;
    internal const int MADV_POPULATE_WRITE = 23;

    internal const int MPOL_DEFAULT = 0;
    internal const int MPOL_PREFERRED = 1;
    internal const int MPOL_BIND = 2;
    internal const int MPOL_INTERLEAVE = 3;

    internal const int _SC_PAGESIZE = 30;
}
