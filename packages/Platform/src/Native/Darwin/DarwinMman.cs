namespace Gabbro.Platform.Native.Darwin;

/// <summary>sys/mman.h of Darwin: values beyond POSIX.</summary>
internal static class DarwinMman
{
    internal const int MAP_NORESERVE = 0x40;
    internal const int MAP_ANON = 0x1000;

    internal const int MS_ASYNC = 1;
    internal const int MS_SYNC = 0x10;

    internal const int MADV_NORMAL = 0;
    internal const int MADV_RANDOM = 1;
    internal const int MADV_SEQUENTIAL = 2;
    internal const int MADV_WILLNEED = 3;
    internal const int MADV_DONTNEED = 4;
    internal const int MADV_FREE = 5;

    internal const int _SC_PAGESIZE = 29;
}
