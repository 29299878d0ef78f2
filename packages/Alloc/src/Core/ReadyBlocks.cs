using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Core;

/// <summary>
/// What a thread of a hardened heap keeps ready: an array of blocks for each class, out of reach of the blocks themselves,
/// from which one is taken at random.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ReadyBlocks
{
    /// <summary>The most blocks of a class; a random one of so many is handed out next.</summary>
    internal const int Most = 64;

    /// <summary>The state of the thread's random numbers, never zero.</summary>
    internal ulong Random;

    internal fixed int Count[SizeClass.Count];

    /// <summary>The arrays, made when a class is first used.</summary>
    internal fixed ulong Blocks[SizeClass.Count];

    /// <summary>How many blocks of a class a thread keeps: as many bytes as in a heap that is not hardened, up to <see cref="Most"/>.</summary>
    internal static int Limit(int sizeClass)
    {
        int limit = SizeClass.CacheLimit(sizeClass);
        return limit < Most ? limit : Most;
    }

    /// <summary>A number below <paramref name="below"/>. Marsaglia, "Xorshift RNGs" (2003); its upper half by Vigna's multiplication.</summary>
    internal static uint Next(ReadyBlocks* ready, uint below)
    {
        ulong x = ready->Random;
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        ready->Random = x;
        return (uint)((x * 0x2545F4914F6CDD1D >> 32) * below >> 32);
    }
}
