using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>
/// Byte-set kernels: the low nibble looks up which high nibbles are in the set, the high nibble looks up its own bit, and
/// a byte is a member where the two meet. (Wojciech Muła, "SIMD-ized check which bytes are in a set", 2018, universal
/// algorithm.) Haystacks are at least a register long; ends are covered by overlapping registers.
/// </summary>
internal static unsafe class SetScan<TVec, TKind> where TVec : unmanaged, IShuffleVector<TVec> where TKind : ISetKind
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static nint First(byte* haystack, nint length, ref readonly SetTable table)
    {
        TVec low = TVec.Broadcast(table.Low), high = TVec.Broadcast(table.High), bits = Bits();
        nint width = TVec.Width, i = 0;
        if (length >= 5 * width)
        {
            // One register by itself, then aligned ones.
            ulong first = TVec.NonZeroMask(Members(TVec.Load(haystack), low, high, bits));
            if (first != 0) return BitOperations.TrailingZeroCount(first);
            i = width - (nint)((nuint)haystack % (nuint)width);
        }
        for (; i + 4 * width <= length; i += 4 * width)
        {
            TVec a = Members(TVec.Load(haystack + i), low, high, bits), b = Members(TVec.Load(haystack + i + width), low, high, bits);
            TVec c = Members(TVec.Load(haystack + i + 2 * width), low, high, bits), d = Members(TVec.Load(haystack + i + 3 * width), low, high, bits);
            if (!TVec.IsNonZero(TVec.Or(TVec.Or(a, b), TVec.Or(c, d)))) continue;
            ulong group = TVec.NonZeroMask(a);
            if (group != 0) return i + BitOperations.TrailingZeroCount(group);
            group = TVec.NonZeroMask(b);
            if (group != 0) return i + width + BitOperations.TrailingZeroCount(group);
            group = TVec.NonZeroMask(c);
            if (group != 0) return i + 2 * width + BitOperations.TrailingZeroCount(group);
            return i + 3 * width + BitOperations.TrailingZeroCount(TVec.NonZeroMask(d));
        }
        while (true)
        {
            i = nint.Min(i, length - width);
            ulong mask = TVec.NonZeroMask(Members(TVec.Load(haystack + i), low, high, bits));
            if (mask != 0) return i + BitOperations.TrailingZeroCount(mask);
            i += width;
            if (i >= length) return -1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static nint Last(byte* haystack, nint length, ref readonly SetTable table)
    {
        TVec low = TVec.Broadcast(table.Low), high = TVec.Broadcast(table.High), bits = Bits();
        nint width = TVec.Width, i = length;
        for (; i >= 4 * width; i -= 4 * width)
        {
            TVec a = Members(TVec.Load(haystack + i - width), low, high, bits), b = Members(TVec.Load(haystack + i - 2 * width), low, high, bits);
            TVec c = Members(TVec.Load(haystack + i - 3 * width), low, high, bits), d = Members(TVec.Load(haystack + i - 4 * width), low, high, bits);
            if (TVec.IsNonZero(TVec.Or(TVec.Or(a, b), TVec.Or(c, d)))) break;
        }
        while (i > 0)
        {
            i = nint.Max(i - width, 0);
            ulong mask = TVec.NonZeroMask(Members(TVec.Load(haystack + i), low, high, bits));
            if (mask != 0) return i + 63 - BitOperations.LeadingZeroCount(mask);
        }
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static nint Count(byte* haystack, nint length, ref readonly SetTable table)
    {
        TVec low = TVec.Broadcast(table.Low), high = TVec.Broadcast(table.High), bits = Bits();
        nint width = TVec.Width, i = 0, count = 0;
        for (; i + width <= length; i += width)
            count += BitOperations.PopCount(TVec.NonZeroMask(Members(TVec.Load(haystack + i), low, high, bits)));
        if (i == length) return count;
        // The last register overlaps bytes already counted; their bits are shifted out.
        int fresh = (int)(length - i);
        ulong mask = TVec.NonZeroMask(Members(TVec.Load(haystack + length - width), low, high, bits));
        return count + BitOperations.PopCount(mask >> (int)(width - fresh));
    }

    private static TVec Bits() => TVec.Broadcast(Vector128.Create(1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, (byte)128));

    // A shuffle yields zero for indexes with the top bit set, so each table answers for its own half.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Members(TVec value, TVec low, TVec high, TVec bits)
    {
        TVec rows = TVec.Shuffle(low, value);
        if (!TKind.OnlyAscii) rows = TVec.Or(rows, TVec.Shuffle(high, TVec.Xor(value, TVec.Splat8(0x80))));
        return TVec.And(rows, TVec.Shuffle(bits, TVec.HighNibbles(value)));
    }
}
