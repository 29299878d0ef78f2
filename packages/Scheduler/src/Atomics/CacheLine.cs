using System.Runtime.InteropServices;

namespace Gabbro.Scheduler.Atomics;

/// <summary>Sizes that keep one thread's words off another thread's cache line.</summary>
internal static class CacheLine
{
    /// <summary>Two lines of 64 bytes: the adjacent-line prefetcher of x64 moves lines in pairs, and Apple's are 128.</summary>
    public const int Size = 128;

    /// <summary>Elements of four bytes in one padded slot.</summary>
    public const int Int32Stride = Size / sizeof(int);

    [StructLayout(LayoutKind.Sequential, Size = Size)]
    internal struct Pad;

    /// <summary>A word alone between two pads.</summary>
    [StructLayout(LayoutKind.Explicit, Size = (2 * Size) + sizeof(long))]
    internal struct PaddedInt64
    {
        [FieldOffset(Size)]
        public long Value;
    }

    /// <summary>A word alone between two pads.</summary>
    [StructLayout(LayoutKind.Explicit, Size = (2 * Size) + sizeof(int))]
    internal struct PaddedInt32
    {
        [FieldOffset(Size)]
        public int Value;
    }
}
