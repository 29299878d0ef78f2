using System.Numerics;
using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>
/// Counts a needle of one to four units whose occurrences cannot overlap (or may): every unit is probed, so a set bit is
/// a match and a population count is the answer. There is no branch on the data, so common needles cost what rare ones do.
/// </summary>
internal static unsafe class CountKernel<TVec, TUnit, TFold>
    where TVec : unmanaged, IVector<TVec> where TUnit : IUnit where TFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static nint One(byte* at, nint bytes, byte* needle, ref nint counted)
    {
        int width = TVec.Width;
        TVec wanted = TUnit.Splat<TVec>(TUnit.Read(needle));
        TVec mask = LetterMask(needle);
        ulong count = 0;
        nint i = 0;
        if (TVec.CountsInLanes && TUnit.Size == 1)
        {
            while (i + 4 * width <= bytes)
            {
                // A byte holds 255 counts at most.
                nint end = nint.Min(bytes, i + 255 * 4 * width);
                TVec a = TVec.Splat8(0), b = a, c = a, d = a;
                for (; i + 4 * width <= end; i += 4 * width)
                {
                    a = TVec.CountZeros8(a, TFold.Differ(TVec.Load(at + i), mask, wanted));
                    b = TVec.CountZeros8(b, TFold.Differ(TVec.Load(at + i + width), mask, wanted));
                    c = TVec.CountZeros8(c, TFold.Differ(TVec.Load(at + i + 2 * width), mask, wanted));
                    d = TVec.CountZeros8(d, TFold.Differ(TVec.Load(at + i + 3 * width), mask, wanted));
                }
                count += TVec.SumBytes(a) + TVec.SumBytes(b) + TVec.SumBytes(c) + TVec.SumBytes(d);
            }
        }
        for (; i + 4 * width <= bytes; i += 4 * width)
        {
            count += Count(TFold.Differ(TVec.Load(at + i), mask, wanted));
            count += Count(TFold.Differ(TVec.Load(at + i + width), mask, wanted));
            count += Count(TFold.Differ(TVec.Load(at + i + 2 * width), mask, wanted));
            count += Count(TFold.Differ(TVec.Load(at + i + 3 * width), mask, wanted));
        }
        for (; i + width <= bytes; i += width) count += Count(TFold.Differ(TVec.Load(at + i), mask, wanted));
        counted += (nint)count;
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static nint Two(byte* at, nint bytes, byte* needle, ref nint counted)
    {
        int width = TVec.Width;
        TVec wanted0 = TUnit.Splat<TVec>(TUnit.Read(needle)), wanted1 = TUnit.Splat<TVec>(TUnit.Read(needle + TUnit.Size));
        TVec mask0 = LetterMask(needle), mask1 = LetterMask(needle + TUnit.Size);
        byte* at1 = at + TUnit.Size;
        ulong count = 0;
        nint i = 0;
        for (; i + 2 * width <= bytes; i += 2 * width)
        {
            count += Count(TFold.OrDiffer(TFold.Differ(TVec.Load(at + i), mask0, wanted0), TVec.Load(at1 + i), mask1, wanted1));
            count += Count(TFold.OrDiffer(
                TFold.Differ(TVec.Load(at + i + width), mask0, wanted0), TVec.Load(at1 + i + width), mask1, wanted1));
        }
        counted += (nint)count;
        return i;
    }

    /// <summary>Three or four units; for three the last is compared twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static nint Four(byte* at, nint bytes, byte* needle, nint last, ref nint counted)
    {
        int width = TVec.Width;
        byte* needle1 = needle + TUnit.Size, needle2 = needle + 2 * TUnit.Size, needle3 = needle + last;
        byte* at1 = at + TUnit.Size, at2 = at + 2 * TUnit.Size, at3 = at + last;
        TVec wanted0 = TUnit.Splat<TVec>(TUnit.Read(needle)), wanted1 = TUnit.Splat<TVec>(TUnit.Read(needle1));
        TVec wanted2 = TUnit.Splat<TVec>(TUnit.Read(needle2)), wanted3 = TUnit.Splat<TVec>(TUnit.Read(needle3));
        TVec mask0 = LetterMask(needle), mask1 = LetterMask(needle1), mask2 = LetterMask(needle2), mask3 = LetterMask(needle3);
        ulong count = 0;
        nint i = 0;
        bool three = at3 == at2;
        for (; i + 2 * width <= bytes; i += 2 * width)
        {
            TVec first = TFold.OrDiffer(TFold.Differ(TVec.Load(at + i), mask0, wanted0), TVec.Load(at1 + i), mask1, wanted1);
            TVec second = TFold.OrDiffer(
                TFold.Differ(TVec.Load(at + i + width), mask0, wanted0), TVec.Load(at1 + i + width), mask1, wanted1);
            first = TFold.OrDiffer(first, TVec.Load(at2 + i), mask2, wanted2);
            second = TFold.OrDiffer(second, TVec.Load(at2 + i + width), mask2, wanted2);
            if (!three)
            {
                first = TFold.OrDiffer(first, TVec.Load(at3 + i), mask3, wanted3);
                second = TFold.OrDiffer(second, TVec.Load(at3 + i + width), mask3, wanted3);
            }
            count += Count(first);
            count += Count(second);
        }
        counted += (nint)count;
        return i;
    }

    /// <summary>Five to eight units, all compared everywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static nint Many(byte* at, nint bytes, byte* needle, nint length, ref nint counted)
    {
        int width = TVec.Width, size = TUnit.Size;
        nint units = length / size, o5 = nint.Min(5, units - 1) * size, o6 = nint.Min(6, units - 1) * size, o7 = nint.Min(7, units - 1) * size;
        Probe<TVec, TUnit, TFold> p0 = new(needle), p1 = new(needle + size), p2 = new(needle + 2 * size), p3 = new(needle + 3 * size);
        Probe<TVec, TUnit, TFold> p4 = new(needle + 4 * size), p5 = new(needle + o5), p6 = new(needle + o6), p7 = new(needle + o7);
        ulong count = 0;
        nint i = 0;
        for (; i + width <= bytes; i += width)
        {
            byte* block = at + i;
            TVec difference = p2.OrDiffer(p1.OrDiffer(p0.Differ(block), block + size), block + 2 * size);
            difference = p4.OrDiffer(p3.OrDiffer(difference, block + 3 * size), block + 4 * size);
            // The same way every time, so predicted.
            if (units > 5) difference = p5.OrDiffer(difference, block + o5);
            if (units > 6) difference = p6.OrDiffer(difference, block + o6);
            if (units > 7) difference = p7.OrDiffer(difference, block + o7);
            count += Count(difference);
        }
        counted += (nint)count;
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Count(TVec difference) => (uint)BitOperations.PopCount(TUnit.ZeroMask(difference));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec LetterMask(byte* unit) =>
        TUnit.Splat<TVec>(!TFold.IsOrdinal && (uint)(TUnit.Read(unit) - 'a') < 26 ? 0x20 : 0);
}
