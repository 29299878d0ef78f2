using System.Runtime.CompilerServices;
using Gabbro.Search.Units;

namespace Gabbro.Search.Kernels;

/// <summary>
/// Everything a search needs to know about a needle, worked out once: which positions to probe, and for needles too
/// long to verify in constant time, their critical factorization. A plain value: one-shot searches build it on the stack.
/// </summary>
/// <remarks>All offsets and lengths are in bytes. The needle itself is stored folded and must outlive the plan.</remarks>
internal unsafe struct NeedlePlan
{
    /// <summary>Needles up to this many bytes are verified whole: one or two register compares, so O(1).</summary>
    internal const int ShortNeedle = 64;

    /// <summary>Needles of up to this many units can be counted by comparing all of them everywhere: at nine loads a block the
    /// scan that branches is faster whatever the text.</summary>
    internal const int CountedWhole = 8;

    /// <summary>The folded needle.</summary>
    internal byte* Needle;

    internal nint Length;

    /// <summary>How many of the four probe offsets are distinct positions: min(4, units of the needle).</summary>
    internal int Probes;

    /// <summary>Probed positions, the one expected to be rarest first. Unused ones repeat the first.</summary>
    internal nint Offset0, Offset1, Offset2, Offset3;

    /// <summary>The <see cref="ByteFrequency"/> of the first probe.</summary>
    internal int Rarest;

    /// <summary>Whether a proper prefix of the needle is also a suffix, so that occurrences can overlap.
    /// Exact only for needles of up to <see cref="CountedWhole"/> units that may split characters; <see langword="true"/> otherwise.</summary>
    internal bool Bordered;

    /// <summary>Only matches that neither start nor end inside a UTF-8 character count.</summary>
    internal bool WholeCharacters;

    internal bool LongNeedle;

    /// <summary>Whether the first two probes compare every unit of the needle.</summary>
    internal bool TwoDecide;

    /// <summary>Neither long nor held to whole characters: a candidate that compares equal is a match.</summary>
    internal readonly bool Simple => !LongNeedle && !WholeCharacters;

    internal Factorization Forward, Backward;

    /// <summary>Whether the probes compare every unit of the needle, so that no verification is needed.</summary>
    internal readonly bool Covered => Probes << Shift == Length && !WholeCharacters;

    private int Shift;

    internal static NeedlePlan Create<TUnit, TFold>(byte* needle, nint length, bool bothDirections, bool wholeCharacters = false)
        where TUnit : IUnit where TFold : IFold
    {
        NeedlePlan plan = default;
        plan.Needle = needle;
        plan.Length = length;
        plan.Shift = TUnit.Shift;
        plan.WholeCharacters = wholeCharacters;
        nint units = length >> TUnit.Shift;
        plan.Probes = (int)nint.Min(units, 4);
        plan.ChooseProbes<TUnit, TFold>(units);
        plan.LongNeedle = length > ShortNeedle;
        plan.TwoDecide = plan.Probes <= 2 && plan.Covered;
        plan.Bordered = wholeCharacters || units > CountedWhole || HasBorder(needle, length, TUnit.Size);
        if (plan.LongNeedle)
        {
            plan.Forward = Factorization.Compute<TUnit>(needle, length, backward: false);
            if (bothDirections) plan.Backward = Factorization.Compute<TUnit>(needle, length, backward: true);
        }
        return plan;
    }

    /// <summary>A plan that probes the first and the last unit, for a needle of at most <see cref="ShortNeedle"/> bytes and one search.</summary>
    internal static NeedlePlan Ends<TUnit>(byte* needle, nint length) where TUnit : IUnit
    {
        NeedlePlan plan = default;
        plan.Needle = needle;
        plan.Length = length;
        plan.Shift = TUnit.Shift;
        plan.Probes = (int)nint.Min(length >> TUnit.Shift, 2);
        plan.Offset1 = plan.Offset2 = plan.Offset3 = length - TUnit.Size;
        plan.Rarest = int.MaxValue;
        plan.Bordered = true;
        return plan;
    }

    // The rarest unit first; then the rarest of the others, preferring values not yet probed, because the same value
    // twice filters less than two independent ones.
    private void ChooseProbes<TUnit, TFold>(nint units) where TUnit : IUnit where TFold : IFold
    {
        const int SameValuePenalty = 60;
        nint* chosen = stackalloc nint[4];
        int* values = stackalloc int[4];
        for (int probe = 0; probe < Probes; probe++)
        {
            nint best = -1;
            int bestCost = int.MaxValue;
            for (nint i = 0; i < units; i++)
            {
                int value = TUnit.Read(Needle + (i << TUnit.Shift));
                int cost = Cost<TUnit, TFold>(value);
                if (cost >= bestCost) continue;
                bool taken = false;
                for (int p = 0; p < probe; p++)
                {
                    taken |= chosen[p] == i;
                    if (values[p] == value) cost += SameValuePenalty;
                }
                if (taken || cost >= bestCost) continue;
                best = i;
                bestCost = cost;
            }
            chosen[probe] = best;
            values[probe] = TUnit.Read(Needle + (best << TUnit.Shift));
            if (probe == 0) Rarest = bestCost;
        }
        Offset0 = chosen[0] << TUnit.Shift;
        Offset1 = Probes > 1 ? chosen[1] << TUnit.Shift : Offset0;
        Offset2 = Probes > 2 ? chosen[2] << TUnit.Shift : Offset0;
        Offset3 = Probes > 3 ? chosen[3] << TUnit.Shift : Offset0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Cost<TUnit, TFold>(int value) where TUnit : IUnit where TFold : IFold
    {
        int cost = TUnit.Commonness(value);
        if (!TFold.IsOrdinal && (uint)(value - 'a') < 26) cost = int.Max(cost, TUnit.Commonness(value & ~0x20)) + 2;
        return cost;
    }

    private static bool HasBorder(byte* needle, nint length, int size)
    {
        for (nint border = size; border < length; border += size)
        {
            if (new ReadOnlySpan<byte>(needle, (int)border)
                .SequenceEqual(new ReadOnlySpan<byte>(needle + length - border, (int)border))) return true;
        }
        return false;
    }
}
