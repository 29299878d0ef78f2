using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>
/// For haystacks of few distinct bytes, such as DNA, where any few probes agree all the time: two bits of each byte, four bytes
/// to a fingerprint, so that one comparison speaks of four positions of the needle and two of eight.
/// </summary>
/// <remarks>
/// Fingerprints sit at every fourth byte of the haystack, so a match meets them with its offset 0, 1, 2 or 3 modulo
/// four. Eleven bytes of the needle, from <c>start</c> on, hold two adjacent fingerprints for each of these phases. The second is
/// looked up in the mask of the first one's register; at the end of each quarter, where it lies outside, it passes unseen.
/// </remarks>
internal static unsafe class FingerprintScan<TVec, TUnit, TFold, TWay>
    where TVec : unmanaged, IVector<TVec> where TUnit : IUnit where TFold : IFold where TWay : IScanDirection
{
    /// <summary>The bytes of a needle that two fingerprints in every phase take.</summary>
    private const int Window = 11;

    // The window is chosen among the first bytes only: the scan may begin once a match, so choosing has to be O(1).
    private const int Reach = 64;

    /// <summary>Whether a needle can be looked for in this way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Suits(ref readonly NeedlePlan plan) => TVec.HasFingerprints && TUnit.Size == 1 && plan.Length >= Window;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static ScanOutcome Run<TSink>(byte* haystack, nint length, nint limit, ref nint place,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink) where TSink : struct, ISink
    {
        int width = TVec.Width;
        nint start = ChooseWindow(in plan);
        byte* needle = plan.Needle + start;
        // Phase r: the fingerprints of the needle's bytes start + r to start + r + 3, and of the four after them.
        TVec first0 = Wanted(needle), second0 = Wanted(needle + 4), first1 = Wanted(needle + 1), second1 = Wanted(needle + 5);
        TVec first2 = Wanted(needle + 2), second2 = Wanted(needle + 6), first3 = Wanted(needle + 3), second3 = Wanted(needle + 7);
        // The last fingerprint of each quarter has no follower in the register.
        ulong edges = 0xFUL << (width - 4), quarter = 0x1111_1111_1111_1111UL;
        // Places i to i + 4 * width - 1 are those whose bytes from start + 3 on begin in this group.
        byte* text = haystack + start + 3;
        nint i = place;
        while ((TWay.Up ? limit - i : i) >= 4 * width)
        {
            if (!TWay.Up) i -= 4 * width;
            TVec prints = TVec.Fingerprints(text + i);
            ulong hits0 = TVec.EqualMask8(prints, first0) & (TVec.EqualMask8(prints, second0) >> 4 | edges);
            ulong hits1 = TVec.EqualMask8(prints, first1) & (TVec.EqualMask8(prints, second1) >> 4 | edges);
            ulong hits2 = TVec.EqualMask8(prints, first2) & (TVec.EqualMask8(prints, second2) >> 4 | edges);
            ulong hits3 = TVec.EqualMask8(prints, first3) & (TVec.EqualMask8(prints, second3) >> 4 | edges);
            if ((hits0 | hits1 | hits2 | hits3) != 0)
            {
                // Bit 4j + k of phase r is the place 3 - r + 4j of quarter k.
                ulong m0 = (hits3 & quarter) | (hits2 & quarter) << 1 | (hits1 & quarter) << 2 | (hits0 & quarter) << 3;
                ulong m1 = (hits3 >> 1 & quarter) | (hits2 >> 1 & quarter) << 1 | (hits1 >> 1 & quarter) << 2 | (hits0 >> 1 & quarter) << 3;
                ulong m2 = (hits3 >> 2 & quarter) | (hits2 >> 2 & quarter) << 1 | (hits1 >> 2 & quarter) << 2 | (hits0 >> 2 & quarter) << 3;
                ulong m3 = (hits3 >> 3 & quarter) | (hits2 >> 3 & quarter) << 1 | (hits1 >> 3 & quarter) << 2 | (hits0 >> 3 & quarter) << 3;
                ScanOutcome outcome = Candidates<TVec, TUnit, TFold, TWay>.Group(haystack, length, i, m0, m1, m2, m3, in plan, ref state, ref sink);
                if (outcome != ScanOutcome.Continue) return outcome;
            }
            if (TWay.Up) i += 4 * width;
        }
        place = i;
        return ScanOutcome.Continue;
    }

    // Where the most neighbours differ, since runs are what texts of few letters have most of.
    private static nint ChooseWindow(ref readonly NeedlePlan plan)
    {
        nint best = 0, last = nint.Min(plan.Length, Reach) - Window;
        int bestChanges = -1;
        for (nint start = 0; start <= last; start++)
        {
            int changes = 0;
            for (nint i = start + 1; i < start + Window; i++)
                if (((plan.Needle[i] ^ plan.Needle[i - 1]) & 6) != 0) changes++;
            if (changes <= bestChanges) continue;
            best = start;
            bestChanges = changes;
        }
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Wanted(byte* four) => TVec.Splat8(
        (four[0] >> 1 & 3) | (four[1] >> 1 & 3) << 2 | (four[2] >> 1 & 3) << 4 | (four[3] >> 1 & 3) << 6);
}
