namespace Gabbro.Alloc.Core;

/// <summary>Bit arithmetic without intrinsics or tables: the core also compiles where neither exists.</summary>
internal static unsafe class Bits
{
    /// <summary>The index of the lowest one bit. <paramref name="value"/> must not be zero.</summary>
    internal static int LowestOne(ulong value)
    {
        // A single bit converts to double exactly, so its exponent is the index; bit 63 only sets the sign as well.
        double single = (long)(value & (0 - value));
        return (int)((*(ulong*)&single >> 52) & 0x7FF) - 1023;
    }

    /// <summary>The index of the highest one bit. <paramref name="value"/> must be from 1 to 2^53.</summary>
    internal static int HighestOne(nuint value)
    {
        double exact = (long)value;
        return (int)(*(ulong*)&exact >> 52) - 1023;
    }

    internal static nuint RoundUp(nuint value, nuint powerOfTwo) => (value + powerOfTwo - 1) & ~(powerOfTwo - 1);

    internal static bool IsPowerOfTwo(nuint value) => value != 0 && (value & (value - 1)) == 0;
}
