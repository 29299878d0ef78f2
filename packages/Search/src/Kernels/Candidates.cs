using System.Numerics;
using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>What becomes of the places a scan's loop could not rule out: more probes, then comparison, then a report or a lesson.</summary>
internal static unsafe class Candidates<TVec, TUnit, TFold, TWay>
    where TVec : unmanaged, IVector<TVec> where TUnit : IUnit where TFold : IFold where TWay : IScanDirection
{
    /// <summary>Four blocks with at least one candidate among them; also judges whether such groups come too often.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static ScanOutcome Group<TSink>(byte* haystack, nint length, nint i, ulong m0, ulong m1, ulong m2, ulong m3,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink) where TSink : struct, ISink
    {
        nint width = TVec.Width;
        ScanOutcome outcome;
        ulong mask = TWay.Up ? m0 : m3;
        if (mask != 0)
        {
            outcome = Block(haystack, length, TWay.Up ? i : i + 3 * width, mask, in plan, ref state, ref sink);
            if (outcome != ScanOutcome.Continue) return outcome;
        }
        mask = TWay.Up ? m1 : m2;
        if (mask != 0)
        {
            outcome = Block(haystack, length, TWay.Up ? i + width : i + 2 * width, mask, in plan, ref state, ref sink);
            if (outcome != ScanOutcome.Continue) return outcome;
        }
        mask = TWay.Up ? m2 : m1;
        if (mask != 0)
        {
            outcome = Block(haystack, length, TWay.Up ? i + 2 * width : i + width, mask, in plan, ref state, ref sink);
            if (outcome != ScanOutcome.Continue) return outcome;
        }
        mask = TWay.Up ? m3 : m0;
        if (mask != 0)
        {
            outcome = Block(haystack, length, TWay.Up ? i + 3 * width : i, mask, in plan, ref state, ref sink);
            if (outcome != ScanOutcome.Continue) return outcome;
        }
        return ++state.GroupHits >= Adaptation.GroupTrial ? Judge(i, TWay.Up && TSink.CountsOnly, in plan, ref state) : ScanOutcome.Continue;
    }

    /// <summary>Two blocks with at least one candidate.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static ScanOutcome Pair<TSink>(byte* haystack, nint length, nint i, ulong low, ulong high,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink) where TSink : struct, ISink
    {
        nint width = TVec.Width;
        ulong mask = TWay.Up ? low : high;
        if (mask != 0)
        {
            ScanOutcome outcome = Block(haystack, length, TWay.Up ? i : i + width, mask, in plan, ref state, ref sink);
            if (outcome != ScanOutcome.Continue) return outcome;
        }
        mask = TWay.Up ? high : low;
        return mask == 0 ? ScanOutcome.Continue
            : Block(haystack, length, TWay.Up ? i + width : i, mask, in plan, ref state, ref sink);
    }

    /// <summary>One block by itself, at either end of a scan.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static ScanOutcome One<TSink>(byte* haystack, nint length, nint block, ulong mask,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink) where TSink : struct, ISink =>
        Block(haystack, length, block, mask, in plan, ref state, ref sink);

    // One block and the places in it that passed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ScanOutcome Block<TSink>(byte* haystack, nint length, nint block, ulong mask,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink) where TSink : struct, ISink
    {
        if ((mask & (mask - 1)) != 0) return Several(haystack, length, block, mask, in plan, ref state, ref sink);
        nint position = block + ((nint)BitOperations.TrailingZeroCount(mask) << TUnit.Shift);
        return IsPast(position, in state) ? ScanOutcome.Continue : Verify(haystack, length, position, equal: false, in plan, ref state, ref sink);
    }

    // The remaining probes are compared for all places at once before any is looked at alone: where candidates are dense
    // (runs, few letters) this decides most of them without a branch.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ScanOutcome Several<TSink>(byte* haystack, nint length, nint block, ulong mask,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink) where TSink : struct, ISink
    {
        mask = Pending(mask, block, in state);
        if (mask == 0) return ScanOutcome.Continue;
        bool equal = false;
        if (block + TVec.Width <= length - plan.Length + TUnit.Size)
        {
            byte* at = haystack + block;
            mask &= Agree(at, plan.Needle, state.Offset0);
            if (plan.Probes > 1) mask &= Agree(at, plan.Needle, state.Offset1);
            if (plan.Probes > 2) mask &= Agree(at, plan.Needle, state.Offset2) & Agree(at, plan.Needle, state.Offset3);
            if (mask == 0) return ScanOutcome.Continue;
            equal = plan.Covered;
            if (!equal && plan.Simple && BitOperations.PopCount(mask) >= Adaptation.DensePlaces)
            {
                // Dense: compare every unit of the needle for all places at once, at a cost per block that does not depend on
                // how many places there are.
                nint offset = 0;
                for (; mask != 0 && offset < plan.Length; offset += TUnit.Size) mask &= Agree(at, plan.Needle, offset);
                if (mask == 0)
                {
                    state.Next = TWay.Up ? nint.Max(state.Next, block + TVec.Width) : nint.Min(state.Next, block);
                    state.FalseCandidates += Adaptation.DensePlaces;
                    return state.FalseCandidates >= state.FalseLimit && Learn(block, offset - TUnit.Size, in plan, ref state)
                        ? ScanOutcome.Restart : ScanOutcome.Continue;
                }
                equal = true;
            }
            if (equal && TSink.CountsOnly && (state.Overlapping || !plan.Bordered))
            {
                sink.TakeMany(BitOperations.PopCount(mask));
                // Only the block's last place could be met again, in a block that overlaps this one.
                state.Next = TWay.Up ? nint.Max(state.Next, block + TVec.Width) : nint.Min(state.Next, block);
                return ScanOutcome.Continue;
            }
        }
        do
        {
            int bit = TWay.Up ? BitOperations.TrailingZeroCount(mask) : 63 - BitOperations.LeadingZeroCount(mask);
            nint position = block + ((nint)bit << TUnit.Shift);
            mask ^= 1UL << bit;
            if (IsPast(position, in state)) continue;
            ScanOutcome outcome = Verify(haystack, length, position, equal, in plan, ref state, ref sink);
            if (outcome != ScanOutcome.Continue) return outcome;
        }
        while (mask != 0);
        return ScanOutcome.Continue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ScanOutcome Verify<TSink>(byte* haystack, nint length, nint position, bool equal,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink) where TSink : struct, ISink
    {
        if (!plan.Simple) return VerifyLong(haystack, length, position, in plan, ref state, ref sink);
        if (equal || Comparison<TVec, TUnit, TFold>.Equal(haystack + position, plan.Needle, plan.Length))
        {
            nint shift = state.Overlapping ? TUnit.Size : plan.Length;
            state.Next = TWay.Up ? position + shift : position - shift + TUnit.Size;
            return sink.Take(position) ? ScanOutcome.Stop : ScanOutcome.Continue;
        }
        state.Next = TWay.Up ? position + TUnit.Size : position;
        return ++state.FalseCandidates >= state.FalseLimit && Learn(haystack, position, in plan, ref state)
            ? ScanOutcome.Restart : ScanOutcome.Continue;
    }

    // Needles that Two-Way steps verify, and those that must not split characters.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ScanOutcome VerifyLong<TSink>(byte* haystack, nint length, nint position,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink) where TSink : struct, ISink
    {
        nint shift = TUnit.Size, mismatch;
        bool found;
        if (plan.LongNeedle)
        {
            found = TWay.Up
                ? TwoWay<TVec, TUnit, TFold>.Forward(haystack, position, in plan, ref state, out shift, out mismatch)
                : TwoWay<TVec, TUnit, TFold>.Backward(haystack, position, in plan, ref state, out shift, out mismatch);
        }
        else
        {
            mismatch = Comparison<TVec, TUnit, TFold>.Prefix(haystack + position, plan.Needle, plan.Length);
            found = mismatch == plan.Length;
        }
        if (!found)
        {
            state.Next = TWay.Up ? position + shift : position - shift + TUnit.Size;
            return ++state.FalseCandidates >= state.FalseLimit && Learn(position, mismatch, in plan, ref state)
                ? ScanOutcome.Restart : ScanOutcome.Continue;
        }
        if (plan.WholeCharacters && Utf8Boundary.Splits(haystack, length, position, plan.Length))
        {
            state.Next = TWay.Up ? position + shift : position - shift + TUnit.Size;
            return ScanOutcome.Continue;
        }
        if (TSink.CountsOnly && TWay.Up && state.Overlapping && plan.LongNeedle && plan.Forward.Periodic && !plan.WholeCharacters)
        {
            // Where the text goes on with the needle's period there is a match at every period and nowhere between.
            nint end = position + plan.Length;
            nint more = Comparison<TVec, TUnit, TFold>.Repeats(haystack + end, shift, length - end) / shift;
            sink.TakeMany(more + 1);
            state.Next = position + (more + 1) * shift;
            state.MemoryAt = state.Next;
            return ScanOutcome.Continue;
        }
        nint step = state.Overlapping ? shift : plan.Length;
        state.Next = TWay.Up ? position + step : position - step + TUnit.Size;
        return sink.Take(position) ? ScanOutcome.Stop : ScanOutcome.Continue;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool Learn(byte* haystack, nint position, ref readonly NeedlePlan plan, ref ScanState state) =>
        Learn(position, Comparison<TVec, TUnit, TFold>.Prefix(haystack + position, plan.Needle, plan.Length), in plan, ref state);

    // Too many places passed the probes in vain: watch the offset where this one failed, in front of all others.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool Learn(nint position, nint mismatch, ref readonly NeedlePlan plan, ref ScanState state)
    {
        nint passed = TWay.Up ? position - state.Mark : state.Mark - position;
        state.Mark = position;
        state.FalseLimit = state.FalseCandidates + Adaptation.FirstLesson;
        if (passed >= Adaptation.FirstLesson * Adaptation.ToleratedDistance
            || state.Lessons >= Adaptation.MaxLessons || plan.Probes < 4) return false;
        mismatch -= mismatch % TUnit.Size;
        if (mismatch == state.Offset0 || mismatch == state.Offset1) return false;
        state.Lessons++;
        SearchMeter.ProbesChanged();
        // Four probes that cover a needle of four units go on doing so: a known offset moves, a new one displaces the last.
        if (mismatch != state.Offset2) state.Offset3 = state.Offset2;
        (state.Offset2, state.Offset1, state.Offset0) = (state.Offset1, state.Offset0, mismatch);
        if (state.Mode is ScanMode.One or ScanMode.Fingerprints) state.Mode = ScanMode.Two;
        return true;
    }

    // Enough groups had candidates to ask how far apart they were.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ScanOutcome Judge(nint i, bool counting, ref readonly NeedlePlan plan, ref ScanState state)
    {
        nint passed = TWay.Up ? i - state.GroupMark : state.GroupMark - i;
        state.GroupMark = i;
        state.GroupHits = 0;
        bool suits = FingerprintScan<TVec, TUnit, TFold, TWay>.Suits(in plan) && state.Mode != ScanMode.Fingerprints && !state.FingerprintsFailed;
        int tolerated = state.Mode switch
        {
            ScanMode.One => Adaptation.OneProbe,
            ScanMode.Two => suits ? Adaptation.TwoProbes : Adaptation.TwoProbesAlone,
            _ => Adaptation.Fingerprints,
        };
        if (passed * tolerated >= Adaptation.GroupTrial * Adaptation.Groups * 4 * TVec.Width) return ScanOutcome.Continue;
        if (state.Mode == ScanMode.One && plan.Probes > 1) state.Mode = ScanMode.Two;
        else if (plan.Probes > 2 && state.Mode != ScanMode.One)
        {
            if (state.Mode == ScanMode.Fingerprints) state.FingerprintsFailed = true;
            bool whole = counting && plan.Length >> TUnit.Shift is > 4 and <= NeedlePlan.CountedWhole && (state.Overlapping || !plan.Bordered) && plan.Simple;
            state.Mode = suits ? ScanMode.Fingerprints : whole ? ScanMode.Census : ScanMode.Four;
        }
        else return ScanOutcome.Continue;
        SearchMeter.ProbesChanged();
        state.Next = TWay.Up ? nint.Max(state.Next, i + 4 * TVec.Width) : nint.Min(state.Next, i);
        return ScanOutcome.Restart;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPast(nint position, ref readonly ScanState state) => TWay.Up ? position < state.Next : position >= state.Next;

    // The places of a block that are still to be decided.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Pending(ulong mask, nint block, ref readonly ScanState state)
    {
        nint units = (state.Next - block) >> TUnit.Shift;
        if (TWay.Up) return units <= 0 ? mask : units >= 64 ? 0 : mask & ulong.MaxValue << (int)units;
        return units >= 64 ? mask : units <= 0 ? 0 : mask & (1UL << (int)units) - 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Agree(byte* at, byte* needle, nint offset) =>
        TUnit.ZeroMask(new Probe<TVec, TUnit, TFold>(needle + offset).Differ(at + offset));
}
