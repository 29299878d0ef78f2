using System.Numerics;
using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>The backward substring kernel: <see cref="ForwardScan{TVec, TUnit, TFold}"/> mirrored, from the end down.</summary>
internal static unsafe class ReverseScan<TVec, TUnit, TFold>
    where TVec : unmanaged, IVector<TVec> where TUnit : IUnit where TFold : IFold
{
    private enum Outcome { Continue, Restart, Stop }

    /// <summary>Feeds matches that start before <c>state.Next</c> to <paramref name="sink"/>, last first.</summary>
    /// <returns>Whether the sink stopped the scan.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool Run<TSink>(byte* haystack, nint length, ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink)
        where TSink : struct, ISink
    {
        int width = TVec.Width;
        nint limit = length - plan.Length + TUnit.Size;
        if (limit <= 0) return false;
        byte* needle = plan.Needle;
        while (true)
        {
            byte* at0 = haystack + state.Offset0;
            byte* at1 = haystack + state.Offset1;
            TVec wanted0 = TUnit.Splat<TVec>(TUnit.Read(needle + state.Offset0));
            TVec wanted1 = TUnit.Splat<TVec>(TUnit.Read(needle + state.Offset1));
            TVec mask0 = LetterMask(needle + state.Offset0);
            TVec mask1 = LetterMask(needle + state.Offset1);
            Outcome outcome = Outcome.Continue;
            nint i = nint.Min(state.Next, limit);

            if (i >= 4 * width)
            {
                // One unaligned block, then aligned ones, as in the forward kernel.
                ulong head = TUnit.ZeroMask(Differ(at0 + i - width, at1 + i - width, mask0, mask1, wanted0, wanted1));
                if (head != 0) outcome = Handle(haystack, length, i - width, head, in plan, ref state, ref sink);
                nint aligned = i - width + (nint)((0 - (nuint)(at0 + i)) % (nuint)width);
                if ((i - aligned) % TUnit.Size != 0) aligned = i - width;
                i = aligned;
                if (outcome == Outcome.Continue) state.Next = nint.Min(state.Next, i);
            }

            if (state.Mode == ScanMode.One)
            {
                while (outcome == Outcome.Continue && i >= 4 * width)
                {
                    i -= 4 * width;
                    TVec d0 = TFold.Differ(TVec.Load(at0 + i), mask0, wanted0);
                    TVec d1 = TFold.Differ(TVec.Load(at0 + i + width), mask0, wanted0);
                    TVec d2 = TFold.Differ(TVec.Load(at0 + i + 2 * width), mask0, wanted0);
                    TVec d3 = TFold.Differ(TVec.Load(at0 + i + 3 * width), mask0, wanted0);
                    TVec any = TUnit.Either(TUnit.Either(d0, d1), TUnit.Either(d2, d3));
                    if (TUnit.ZeroMask(any) != 0)
                    {
                        outcome = HandleFour(haystack, length, i, d0, d1, d2, d3, in plan, ref state, ref sink);
                        if (outcome == Outcome.Continue && TooCommon(ref state, i, in plan)) outcome = Outcome.Restart;
                    }
                }
            }
            else if (state.Mode == ScanMode.Four)
            {
                byte* at2 = haystack + state.Offset2, at3 = haystack + state.Offset3;
                TVec wanted2 = TUnit.Splat<TVec>(TUnit.Read(needle + state.Offset2));
                TVec wanted3 = TUnit.Splat<TVec>(TUnit.Read(needle + state.Offset3));
                TVec mask2 = LetterMask(needle + state.Offset2), mask3 = LetterMask(needle + state.Offset3);
                while (outcome == Outcome.Continue && i >= 2 * width)
                {
                    i -= 2 * width;
                    TVec d1 = Differ(at0 + i + width, at1 + i + width, mask0, mask1, wanted0, wanted1);
                    TVec d0 = Differ(at0 + i, at1 + i, mask0, mask1, wanted0, wanted1);
                    d1 = TFold.OrDiffer(d1, TVec.Load(at2 + i + width), mask2, wanted2);
                    d0 = TFold.OrDiffer(d0, TVec.Load(at2 + i), mask2, wanted2);
                    d1 = TFold.OrDiffer(d1, TVec.Load(at3 + i + width), mask3, wanted3);
                    d0 = TFold.OrDiffer(d0, TVec.Load(at3 + i), mask3, wanted3);
                    if (TUnit.ZeroMask(TUnit.Either(d0, d1)) != 0)
                    {
                        ulong hits = TUnit.ZeroMask(d1);
                        if (hits != 0) outcome = HandleRefined(haystack, length, i + width, hits, in plan, ref state, ref sink);
                        hits = TUnit.ZeroMask(d0);
                        if (hits != 0 && outcome == Outcome.Continue)
                            outcome = HandleRefined(haystack, length, i, hits, in plan, ref state, ref sink);
                    }
                }
            }
            else
            {
                while (outcome == Outcome.Continue && i >= 4 * width)
                {
                    i -= 4 * width;
                    TVec d0 = Differ(at0 + i, at1 + i, mask0, mask1, wanted0, wanted1);
                    TVec d1 = Differ(at0 + i + width, at1 + i + width, mask0, mask1, wanted0, wanted1);
                    TVec d2 = Differ(at0 + i + 2 * width, at1 + i + 2 * width, mask0, mask1, wanted0, wanted1);
                    TVec d3 = Differ(at0 + i + 3 * width, at1 + i + 3 * width, mask0, mask1, wanted0, wanted1);
                    TVec any = TUnit.Either(TUnit.Either(d0, d1), TUnit.Either(d2, d3));
                    if (TUnit.ZeroMask(any) != 0)
                    {
                        outcome = HandleFour(haystack, length, i, d0, d1, d2, d3, in plan, ref state, ref sink);
                        if (outcome == Outcome.Continue && TooCommon(ref state, i, in plan)) outcome = Outcome.Restart;
                    }
                }
            }

            while (outcome == Outcome.Continue && i >= width)
            {
                i -= width;
                ulong mask = TUnit.ZeroMask(Differ(at0 + i, at1 + i, mask0, mask1, wanted0, wanted1));
                if (mask != 0) outcome = Handle(haystack, length, i, mask, in plan, ref state, ref sink);
            }

            if (outcome == Outcome.Continue && i > 0)
            {
                state.Next = nint.Min(state.Next, i);
                ulong mask = limit >= width
                    ? TUnit.ZeroMask(Differ(at0, at1, mask0, mask1, wanted0, wanted1))
                    : ShortMask<TVec, TUnit, TFold>.Compute(at0, at1, needle + state.Offset0, needle + state.Offset1, i);
                if (mask != 0) outcome = Handle(haystack, length, 0, mask, in plan, ref state, ref sink);
            }

            if (outcome == Outcome.Stop) return true;
            if (outcome == Outcome.Continue)
            {
                state.Next = 0;
                return false;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Differ(byte* at0, byte* at1, TVec mask0, TVec mask1, TVec wanted0, TVec wanted1) =>
        TFold.OrDiffer(TFold.Differ(TVec.Load(at0), mask0, wanted0), TVec.Load(at1), mask1, wanted1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec LetterMask(byte* unit) =>
        TUnit.Splat<TVec>(!TFold.IsOrdinal && (uint)(TUnit.Read(unit) - 'a') < 26 ? 0x20 : 0);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Outcome HandleFour<TSink>(byte* haystack, nint length, nint i, TVec d0, TVec d1, TVec d2, TVec d3,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink)
        where TSink : struct, ISink
    {
        ulong mask = TUnit.ZeroMask(d3);
        Outcome outcome = mask != 0
            ? Handle(haystack, length, i + 3 * TVec.Width, mask, in plan, ref state, ref sink) : Outcome.Continue;
        mask = TUnit.ZeroMask(d2);
        if (mask != 0 && outcome == Outcome.Continue)
            outcome = Handle(haystack, length, i + 2 * TVec.Width, mask, in plan, ref state, ref sink);
        mask = TUnit.ZeroMask(d1);
        if (mask != 0 && outcome == Outcome.Continue)
            outcome = Handle(haystack, length, i + TVec.Width, mask, in plan, ref state, ref sink);
        mask = TUnit.ZeroMask(d0);
        if (mask != 0 && outcome == Outcome.Continue)
            outcome = Handle(haystack, length, i, mask, in plan, ref state, ref sink);
        return outcome;
    }

    // A block whose first probes agree somewhere. The remaining probes are compared for all its places at once before
    // any place is looked at alone: where candidates are dense (DNA, runs) this decides most of them without a branch.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Outcome Handle<TSink>(byte* haystack, nint length, nint block, ulong mask,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink)
        where TSink : struct, ISink
    {
        nint keep = (state.Next - block) >> TUnit.Shift;
        if (keep < TVec.Width >> TUnit.Shift)
        {
            if (keep <= 0) return Outcome.Continue;
            mask &= (1UL << (int)keep) - 1;
            if (mask == 0) return Outcome.Continue;
        }
        bool decided = plan.Probes <= 2 && plan.Covered;
        if (plan.Probes > 1 && block + TVec.Width <= length - plan.Length + TUnit.Size)
        {
            byte* at = haystack + block;
            TVec difference = Differ(at, plan.Needle, state.Offset1);
            if (plan.Probes > 2)
            {
                difference = OrDiffer(difference, at, plan.Needle, state.Offset2);
                difference = OrDiffer(difference, at, plan.Needle, state.Offset3);
            }
            mask &= TUnit.ZeroMask(difference);
            if (mask == 0) return Outcome.Continue;
            return HandleRefined(haystack, length, block, mask, in plan, ref state, ref sink);
        }
        return Settle(haystack, length, block, mask, decided, in plan, ref state, ref sink);
    }

    // All four probes agree somewhere in the block.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Outcome HandleRefined<TSink>(byte* haystack, nint length, nint block, ulong mask,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink)
        where TSink : struct, ISink
    {
        nint keep = (state.Next - block) >> TUnit.Shift;
        if (keep < TVec.Width >> TUnit.Shift)
        {
            if (keep <= 0) return Outcome.Continue;
            mask &= (1UL << (int)keep) - 1;
            if (mask == 0) return Outcome.Continue;
        }
        bool decided = plan.Covered;
        if (!decided && BitOperations.PopCount(mask) >= Adaptation.DensePlaces && !plan.LongNeedle && !plan.WholeCharacters)
        {
            // Dense: compare every unit of the needle for all places at once, at a cost per block that does not depend on
            // how many places there are.
            nint offset = 0;
            for (; mask != 0 && offset < plan.Length; offset += TUnit.Size)
                mask &= TUnit.ZeroMask(Differ(haystack + block, plan.Needle, offset));
            if (mask == 0)
            {
                state.Next = nint.Min(state.Next, block);
                state.FalseCandidates += Adaptation.DensePlaces;
                return state.FalseCandidates >= state.FalseLimit && Learn(block, offset - TUnit.Size, in plan, ref state)
                    ? Outcome.Restart : Outcome.Continue;
            }
            decided = true;
        }
        return Settle(haystack, length, block, mask, decided, in plan, ref state, ref sink);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Outcome Settle<TSink>(byte* haystack, nint length, nint block, ulong mask, bool decided,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink)
        where TSink : struct, ISink
    {
        do
        {
            int bit = 63 - BitOperations.LeadingZeroCount(mask);
            nint position = block + ((nint)bit << TUnit.Shift);
            mask ^= 1UL << bit;
            if (position >= state.Next) continue;
            Outcome outcome = Verify(haystack, length, position, decided, in plan, ref state, ref sink);
            if (outcome != Outcome.Continue) return outcome;
        }
        while (mask != 0);
        return Outcome.Continue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Outcome Verify<TSink>(byte* haystack, nint length, nint position, bool decided,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink)
        where TSink : struct, ISink
    {
        nint shift = TUnit.Size, mismatch;
        bool found;
        if (decided)
        {
            found = true;
            mismatch = -1;
        }
        else if (plan.LongNeedle)
        {
            found = TwoWay<TVec, TUnit, TFold>.Backward(haystack, position, in plan, ref state, out shift, out mismatch);
        }
        else
        {
            mismatch = Comparison<TVec, TUnit, TFold>.Prefix(haystack + position, plan.Needle, plan.Length);
            found = mismatch == plan.Length;
        }
        if (found)
        {
            if (plan.WholeCharacters && Utf8Boundary.Splits(haystack, length, position, plan.Length))
            {
                state.Next = position - shift + TUnit.Size;
                return Outcome.Continue;
            }
            state.Next = position - (state.Overlapping ? shift : plan.Length) + TUnit.Size;
            return sink.Take(position) ? Outcome.Stop : Outcome.Continue;
        }
        state.Next = position - shift + TUnit.Size;
        return ++state.FalseCandidates >= state.FalseLimit && Learn(position, mismatch, in plan, ref state)
            ? Outcome.Restart : Outcome.Continue;
    }

    // Too many places passed the probes in vain: watch the place where this one failed, in front of all others.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool Learn(nint position, nint mismatch, ref readonly NeedlePlan plan, ref ScanState state)
    {
        nint passed = state.Mark - position;
        state.Mark = position;
        state.FalseLimit = state.FalseCandidates + Adaptation.FirstLesson;
        if (passed >= Adaptation.FirstLesson * Adaptation.ToleratedDistance
            || state.Lessons >= Adaptation.MaxLessons || plan.Probes < 4) return false;
        mismatch -= mismatch % TUnit.Size;
        if (mismatch == state.Offset0 || mismatch == state.Offset1) return false;
        state.Lessons++;
        (state.Offset3, state.Offset2, state.Offset1, state.Offset0) = (state.Offset2, state.Offset1, state.Offset0, mismatch);
        if (state.Mode == ScanMode.One) state.Mode = ScanMode.Two;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool TooCommon(ref ScanState state, nint i, ref readonly NeedlePlan plan)
    {
        if (plan.Probes <= (state.Mode == ScanMode.One ? 1 : 2) || ++state.GroupHits < Adaptation.GroupTrial) return false;
        state.GroupHits = 0;
        nint passed = state.GroupMark - i;
        state.GroupMark = i;
        int tolerated = state.Mode == ScanMode.One ? Adaptation.OneProbeGroups : Adaptation.TwoProbeGroups;
        if (passed >= Adaptation.GroupTrial * tolerated * 4 * TVec.Width) return false;
        state.Mode = state.Mode == ScanMode.One ? ScanMode.Two : ScanMode.Four;
        state.Next = nint.Min(state.Next, i);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Differ(byte* at, byte* needle, nint offset) =>
        TFold.Differ(TVec.Load(at + offset), LetterMask(needle + offset), TUnit.Splat<TVec>(TUnit.Read(needle + offset)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec OrDiffer(TVec difference, byte* at, byte* needle, nint offset) =>
        TFold.OrDiffer(difference, TVec.Load(at + offset), LetterMask(needle + offset), TUnit.Splat<TVec>(TUnit.Read(needle + offset)));
}
