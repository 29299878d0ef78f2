using System.Numerics;
using System.Runtime.CompilerServices;
using Gabbro.Search.Unicode;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>Finds the next place where two probes agree, each of which accepts two values: candidates for caseless search.</summary>
internal static unsafe class TwoValueScan<TUnit> where TUnit : IUnit
{
    internal static nint Next(SearchTier tier, byte* haystack, nint from, nint limit, UnitProbe first, UnitProbe second) => tier switch
    {
        SearchTier.Avx512 => Next<Vec512>(haystack, from, limit, first, second),
        SearchTier.Avx2 => Next<Vec256>(haystack, from, limit, first, second),
        SearchTier.Vector128 => Next<Vec128>(haystack, from, limit, first, second),
        _ => Next<Word64>(haystack, from, limit, first, second),
    };

    /// <summary>Places from <paramref name="from"/> to before <paramref name="limit"/>; all probed bytes of these must exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Next<TVec>(byte* haystack, nint from, nint limit, UnitProbe first, UnitProbe second)
        where TVec : unmanaged, IVector<TVec>
    {
        int width = TVec.Width;
        byte* at0 = haystack + first.Offset, at1 = haystack + second.Offset;
        nint i = from;
        if (limit - from >= width)
        {
            TVec a0 = TUnit.Splat<TVec>(first.A), b0 = TUnit.Splat<TVec>(first.B);
            TVec a1 = TUnit.Splat<TVec>(second.A), b1 = TUnit.Splat<TVec>(second.B);
            for (; i + 2 * width <= limit; i += 2 * width)
            {
                TVec low = Differ(TVec.Load(at0 + i), TVec.Load(at1 + i), a0, b0, a1, b1);
                TVec high = Differ(TVec.Load(at0 + i + width), TVec.Load(at1 + i + width), a0, b0, a1, b1);
                if (TUnit.ZeroMask(TUnit.Either(low, high)) == 0) continue;
                ulong hits = TUnit.ZeroMask(low);
                if (hits != 0) return i + ((nint)BitOperations.TrailingZeroCount(hits) << TUnit.Shift);
                return i + width + ((nint)BitOperations.TrailingZeroCount(TUnit.ZeroMask(high)) << TUnit.Shift);
            }
            while (i < limit)
            {
                // The last register overlaps places that are known not to agree.
                i = nint.Min(i, limit - width);
                ulong hits = TUnit.ZeroMask(Differ(TVec.Load(at0 + i), TVec.Load(at1 + i), a0, b0, a1, b1));
                if (hits != 0) return i + ((nint)BitOperations.TrailingZeroCount(hits) << TUnit.Shift);
                i += width;
            }
            return -1;
        }
        for (; i < limit; i += TUnit.Size)
        {
            int value0 = TUnit.Read(at0 + i), value1 = TUnit.Read(at1 + i);
            if ((value0 == first.A || value0 == first.B) && (value1 == second.A || value1 == second.B)) return i;
        }
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Differ<TVec>(TVec value0, TVec value1, TVec a0, TVec b0, TVec a1, TVec b1) where TVec : unmanaged, IVector<TVec> =>
        TVec.Or(
            TUnit.Either(TVec.Xor(value0, a0), TVec.Xor(value0, b0)),
            TUnit.Either(TVec.Xor(value1, a1), TVec.Xor(value1, b1)));
}
