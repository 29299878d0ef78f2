namespace Gabbro.Alloc.Core;

/// <summary>
/// The sizes of small and medium blocks. Up to 256 bytes every multiple of 16; above, eight steps a doubling, so that
/// rounding up wastes at most one part in eight. Class 0 holds 16 bytes, class 87 holds 128 KiB.
/// </summary>
/// <remarks>
/// Every class is a multiple of a power of two at least an eighth of it, and blocks lie at multiples of their size from a
/// 16 KiB boundary; an aligned request therefore only needs a class whose size is a multiple of the alignment.
/// </remarks>
internal static unsafe class SizeClass
{
    internal const int Count = 88;

    /// <summary>Requests up to here take one look-up in a table of 16-byte granules: the fast path.</summary>
    internal const nuint SmallLimit = 1024;

    internal const nuint MediumLimit = 8192;

    /// <summary>Larger requests are spans of their own.</summary>
    internal const nuint Limit = 128 * 1024;

    /// <summary>The class that large blocks claim: threads have no list for it, so a free of one always takes the slow path.</summary>
    internal const int None = Count;

    /// <summary>
    /// Free blocks of a class that a thread keeps for itself: 64 KiB worth, between 3 and 256. Half of it moves at a time.
    /// </summary>
    internal static int CacheLimit(int sizeClass)
    {
        nuint blocks = 65536 / SizeOf(sizeClass);
        if (blocks > 256) return 256;
        return blocks < 3 ? 3 : (int)blocks;
    }

    internal static nuint SizeOf(int sizeClass)
    {
        if (sizeClass < 8) return (nuint)(sizeClass + 1) * 16;
        int doubling = (sizeClass - 8) / 8;
        return (nuint)((sizeClass - 8) % 8 + 9) << (doubling + 4);
    }

    /// <summary>The class of a size from 0 to <see cref="Limit"/>, by arithmetic.</summary>
    internal static int Of(nuint size)
    {
        if (size <= 128) return size == 0 ? 0 : (int)((size - 1) >> 4);
        int doubling = Bits.HighestOne(size - 1) - 7;
        return 8 + doubling * 8 + (int)((size - 1) >> (doubling + 4)) - 8;
    }

    /// <summary>Fills the three tables that a thread's heap carries: granules of 16, 128 and 1024 bytes.</summary>
    internal static void FillTables(byte* small, byte* medium, byte* large)
    {
        for (nuint i = 0; i <= SmallLimit / 16; i++) small[i] = (byte)Of(i * 16);
        small[(SmallLimit / 16) + 1] = None;
        for (nuint i = 0; i <= MediumLimit / 128; i++) medium[i] = (byte)Of(i * 128);
        for (nuint i = 0; i <= Limit / 1024; i++) large[i] = (byte)Of(i * 1024);
    }

    /// <summary>Slices of a page that holds blocks of the class: at least 8 blocks, and 64 KiB for the small ones.</summary>
    internal static uint SlicesOf(int sizeClass)
    {
        nuint size = SizeOf(sizeClass);
        if (size <= 1024) return 4;
        if (size <= 8192) return 8;
        return size <= 32768 ? 16u : 64u;
    }
}
