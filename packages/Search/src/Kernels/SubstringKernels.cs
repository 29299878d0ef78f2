using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>Chooses the kernel of a tier. Each arm is its own compiled code; the switch is one predictable jump.</summary>
internal static unsafe class SubstringKernels<TUnit, TFold> where TUnit : IUnit where TFold : IFold
{
    /// <summary>Haystacks of up to this many bytes are held in registers as a whole.</summary>
    internal const int ShortHaystack = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Forward<TSink>(SearchTier tier, byte* haystack, nint length, ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink)
        where TSink : struct, ISink => tier switch
        {
            SearchTier.Avx512 => SubstringScan<Vec512, TUnit, TFold, Ascending>.Run(haystack, length, in plan, ref state, ref sink),
            SearchTier.Avx2 => SubstringScan<Vec256, TUnit, TFold, Ascending>.Run(haystack, length, in plan, ref state, ref sink),
            SearchTier.Vector128 => SubstringScan<Vec128, TUnit, TFold, Ascending>.Run(haystack, length, in plan, ref state, ref sink),
            _ => SubstringScan<Word64, TUnit, TFold, Ascending>.Run(haystack, length, in plan, ref state, ref sink),
        };

    internal static bool Backward<TSink>(SearchTier tier, byte* haystack, nint length, ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink)
        where TSink : struct, ISink => tier switch
        {
            SearchTier.Avx512 => SubstringScan<Vec512, TUnit, TFold, Descending>.Run(haystack, length, in plan, ref state, ref sink),
            SearchTier.Avx2 => SubstringScan<Vec256, TUnit, TFold, Descending>.Run(haystack, length, in plan, ref state, ref sink),
            SearchTier.Vector128 => SubstringScan<Vec128, TUnit, TFold, Descending>.Run(haystack, length, in plan, ref state, ref sink),
            _ => SubstringScan<Word64, TUnit, TFold, Descending>.Run(haystack, length, in plan, ref state, ref sink),
        };

    /// <summary>The first match, or -1; short haystacks take a way without set-up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint First(SearchTier tier, byte* haystack, nint length, ref readonly NeedlePlan plan)
    {
        if (length < plan.Length) return -1;
        return length <= ShortHaystack && plan.Simple
            ? FirstShort(tier, haystack, length, plan.Needle, plan.Length, plan.Offset0, plan.Offset1, plan.TwoDecide, in plan)
            : FirstLong(tier, haystack, length, in plan);
    }

    /// <summary>The first match of a needle of up to 64 bytes, at most as long as the haystack, without a plan.</summary>
    internal static nint FirstOnce(SearchTier tier, byte* haystack, nint length, byte* needle, nint needleLength)
    {
        nint last = needleLength - TUnit.Size;
        if (tier == SearchTier.Avx512) return ShortScan<Vec512, TUnit, TFold>.First(haystack, length, needle, needleLength, 0, last, last <= TUnit.Size);
        NeedlePlan plan = NeedlePlan.Ends<TUnit>(needle, needleLength);
        return FirstShort(tier, haystack, length, needle, needleLength, 0, last, last <= TUnit.Size, in plan);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint FirstShort(SearchTier tier, byte* haystack, nint length, byte* needle, nint needleLength, nint offset0, nint offset1, bool decided,
        ref readonly NeedlePlan plan)
    {
        if (tier == SearchTier.Avx512) return ShortScan<Vec512, TUnit, TFold>.First(haystack, length, needle, needleLength, offset0, offset1, decided);
        if (tier == SearchTier.Avx2 && length >= 8)
            return ShortScan<Vec256, TUnit, TFold>.First(haystack, length, needle, needleLength, offset0, offset1, decided);
        if (tier == SearchTier.Vector128 && length is >= 8 and < 32)
            return ShortScan<Vec128, TUnit, TFold>.First(haystack, length, needle, needleLength, offset0, offset1, decided);
        return FirstLong(tier, haystack, length, in plan);
    }

    // Apart, so that short haystacks do not pay for clearing a state they do not use.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint FirstLong(SearchTier tier, byte* haystack, nint length, ref readonly NeedlePlan plan)
    {
        ScanState state = new(in plan, 0, overlapping: false);
        FirstSink sink = new();
        Forward(tier, haystack, length, in plan, ref state, ref sink);
        return sink.Position;
    }

    /// <summary>Counts matches; the branch-free kernel where it applies, and the scan for the rest.</summary>
    internal static nint Count(SearchTier tier, byte* haystack, nint length, ref readonly NeedlePlan plan, bool overlapping)
    {
        nint places = length - plan.Length + TUnit.Size;
        if (places <= 0) return 0;
        nint count = 0, done = 0;
        if (plan.Covered && (overlapping || !plan.Bordered))
        {
            done = tier switch
            {
                SearchTier.Avx512 => Count<Vec512>(haystack, places, in plan, ref count),
                SearchTier.Avx2 => Count<Vec256>(haystack, places, in plan, ref count),
                SearchTier.Vector128 => Count<Vec128>(haystack, places, in plan, ref count),
                _ => Count<Word64>(haystack, places, in plan, ref count),
            };
            if (done >= places) return count;
        }
        ScanState state = new(in plan, done, overlapping);
        CountSink sink = default;
        Forward(tier, haystack, length, in plan, ref state, ref sink);
        return count + sink.Count;
    }

    private static nint Count<TVec>(byte* haystack, nint places, ref readonly NeedlePlan plan, ref nint count)
        where TVec : unmanaged, IVector<TVec> => plan.Probes switch
        {
            1 => CountKernel<TVec, TUnit, TFold>.One(haystack, places, plan.Needle, ref count),
            2 => CountKernel<TVec, TUnit, TFold>.Two(haystack, places, plan.Needle, ref count),
            _ => CountKernel<TVec, TUnit, TFold>.Four(haystack, places, plan.Needle, plan.Length - TUnit.Size, ref count),
        };
}
