using System.Numerics;
using System.Runtime.CompilerServices;
using Gabbro.Search.Unicode;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>Finds the next place where four probes agree in the bits that count: candidates for caseless search.</summary>
internal static unsafe class MaskedScan<TUnit> where TUnit : IUnit
{
    internal static nint Next(SearchTier tier, byte* haystack, nint from, nint limit, ReadOnlySpan<UnitProbe> probes) => tier switch
    {
        SearchTier.Avx512 => Next<Vec512>(haystack, from, limit, probes),
        SearchTier.Avx2 => Next<Vec256>(haystack, from, limit, probes),
        SearchTier.Vector128 => Next<Vec128>(haystack, from, limit, probes),
        _ => Next<Word64>(haystack, from, limit, probes),
    };

    /// <summary>Places from <paramref name="from"/> to before <paramref name="limit"/>; all probed bytes of these must exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Next<TVec>(byte* haystack, nint from, nint limit, ReadOnlySpan<UnitProbe> probes)
        where TVec : unmanaged, IVector<TVec>
    {
        int width = TVec.Width;
        nint i = from;
        if (limit - from >= width)
        {
            byte* at0 = haystack + probes[0].Offset, at1 = haystack + probes[1].Offset;
            MaskedProbe<TVec, TUnit> probe0 = new(probes[0]), probe1 = new(probes[1]);
            for (; i + 4 * width <= limit; i += 4 * width)
            {
                TVec d0 = TVec.Or(probe0.Differ(at0 + i), probe1.Differ(at1 + i));
                TVec d1 = TVec.Or(probe0.Differ(at0 + i + width), probe1.Differ(at1 + i + width));
                TVec d2 = TVec.Or(probe0.Differ(at0 + i + 2 * width), probe1.Differ(at1 + i + 2 * width));
                TVec d3 = TVec.Or(probe0.Differ(at0 + i + 3 * width), probe1.Differ(at1 + i + 3 * width));
                if (TUnit.ZeroMask(TUnit.Either(TUnit.Either(d0, d1), TUnit.Either(d2, d3))) == 0) continue;
                nint found = Refine<TVec>(haystack, i, TUnit.ZeroMask(d0), probes);
                if (found < 0) found = Refine<TVec>(haystack, i + width, TUnit.ZeroMask(d1), probes);
                if (found < 0) found = Refine<TVec>(haystack, i + 2 * width, TUnit.ZeroMask(d2), probes);
                if (found < 0) found = Refine<TVec>(haystack, i + 3 * width, TUnit.ZeroMask(d3), probes);
                if (found >= 0) return found;
            }
            while (i < limit)
            {
                // The last register overlaps places that are known not to agree.
                i = nint.Min(i, limit - width);
                nint found = Refine<TVec>(haystack, i, TUnit.ZeroMask(TVec.Or(probe0.Differ(at0 + i), probe1.Differ(at1 + i))), probes);
                if (found >= 0) return found;
                i += width;
            }
            return -1;
        }
        for (; i < limit; i += TUnit.Size)
        {
            bool agree = true;
            foreach (UnitProbe probe in probes) agree &= (TUnit.Read(haystack + i + probe.Offset) | probe.Mask) == probe.Value;
            if (agree) return i;
        }
        return -1;
    }

    // The first place of a block that the other probes pass, too.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Refine<TVec>(byte* haystack, nint block, ulong mask, ReadOnlySpan<UnitProbe> probes) where TVec : unmanaged, IVector<TVec>
    {
        if (mask == 0) return -1;
        mask &= TUnit.ZeroMask(TVec.Or(
            new MaskedProbe<TVec, TUnit>(probes[2]).Differ(haystack + block + probes[2].Offset),
            new MaskedProbe<TVec, TUnit>(probes[3]).Differ(haystack + block + probes[3].Offset)));
        return mask == 0 ? -1 : block + ((nint)BitOperations.TrailingZeroCount(mask) << TUnit.Shift);
    }
}
