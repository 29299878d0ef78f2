using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>
/// The substring kernel. A loop over four registers at a time compares one or two probed positions of the needle at every
/// place at once; places that pass go to <see cref="Candidates{TVec, TUnit, TFold, TWay}"/>. Where that is too many, four
/// probes or fingerprints of eight bytes take over. README.md in this folder argues why the whole is linear.
/// </summary>
/// <remarks>Each mode's loop is a method of its own: the compiler keeps one loop's registers better than four loops', and a
/// process pays for compiling only the modes it meets.</remarks>
internal static unsafe class SubstringScan<TVec, TUnit, TFold, TWay>
    where TVec : unmanaged, IVector<TVec> where TUnit : IUnit where TFold : IFold where TWay : IScanDirection
{
    /// <summary>Feeds matches to <paramref name="sink"/> in order: those at or after <c>state.Next</c> going up, those before it
    /// going down.</summary>
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
            ScanOutcome outcome = ScanOutcome.Continue;
            nint i = TWay.Up ? state.Next : nint.Min(state.Next, limit);
            if ((TWay.Up ? limit - i : i) >= 4 * width)
            {
                outcome = Align(haystack, length, ref i, in plan, ref state, ref sink);
                if (outcome == ScanOutcome.Continue)
                {
                    outcome = state.Mode switch
                    {
                        ScanMode.One => OneProbe(haystack, length, limit, ref i, in plan, ref state, ref sink),
                        ScanMode.Two => TwoProbes(haystack, length, limit, ref i, in plan, ref state, ref sink),
                        ScanMode.Census => Census(haystack, limit, ref i, in plan, in state, ref sink),
                        ScanMode.Fingerprints => FingerprintScan<TVec, TUnit, TFold, TWay>.Run(haystack, length, limit, ref i, in plan, ref state, ref sink),
                        _ => FourProbes(haystack, length, limit, ref i, in plan, ref state, ref sink),
                    };
                }
            }
            if (outcome == ScanOutcome.Continue)
            {
                Probe<TVec, TUnit, TFold> probe0 = new(needle + state.Offset0), probe1 = new(needle + state.Offset1);
                byte* at0 = haystack + state.Offset0, at1 = haystack + state.Offset1;
                while (outcome == ScanOutcome.Continue && (TWay.Up ? limit - i : i) >= width)
                {
                    if (!TWay.Up) i -= width;
                    ulong mask = TUnit.ZeroMask(probe1.OrDiffer(probe0.Differ(at0 + i), at1 + i));
                    if (mask != 0) outcome = Candidates<TVec, TUnit, TFold, TWay>.One(haystack, length, i, mask, in plan, ref state, ref sink);
                    if (TWay.Up) i += width;
                }
                if (outcome == ScanOutcome.Continue && (TWay.Up ? i < limit : i > 0))
                {
                    // What is left is less than a register. If there is a whole one, it overlaps places already looked at.
                    state.Next = TWay.Up ? nint.Max(state.Next, i) : nint.Min(state.Next, i);
                    nint block = TWay.Up ? limit >= width ? limit - width : i : 0;
                    ulong mask = limit >= width
                        ? TUnit.ZeroMask(probe1.OrDiffer(probe0.Differ(at0 + block), at1 + block))
                        : ShortMask<TVec, TUnit, TFold>.Compute(at0 + block, at1 + block, needle + state.Offset0, needle + state.Offset1, TWay.Up ? limit - i : i);
                    if (mask != 0) outcome = Candidates<TVec, TUnit, TFold, TWay>.One(haystack, length, block, mask, in plan, ref state, ref sink);
                }
            }
            if (outcome == ScanOutcome.Stop) return true;
            if (outcome == ScanOutcome.Continue)
            {
                state.Next = TWay.Up ? nint.Max(state.Next, limit) : 0;
                return false;
            }
        }
    }

    private static ScanOutcome Census<TSink>(byte* haystack, nint limit, ref nint place, ref readonly NeedlePlan plan, ref readonly ScanState state, ref TSink sink)
        where TSink : struct, ISink
    {
        nint count = 0;
        // What was aligned with may have matched behind where it ended.
        place = nint.Max(place, state.Next);
        place += CountKernel<TVec, TUnit, TFold>.Many(haystack + place, limit - place, plan.Needle, plan.Length, ref count);
        sink.TakeMany(count);
        return ScanOutcome.Continue;
    }

    // One unaligned block, after which the first probe's loads are aligned: of two loads a block one then stays in its line.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ScanOutcome Align<TSink>(byte* haystack, nint length, ref nint i, ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink)
        where TSink : struct, ISink
    {
        int width = TVec.Width;
        byte* at0 = haystack + state.Offset0, at1 = haystack + state.Offset1;
        nint block = TWay.Up ? i : i - width;
        Probe<TVec, TUnit, TFold> probe0 = new(plan.Needle + state.Offset0), probe1 = new(plan.Needle + state.Offset1);
        ulong mask = TUnit.ZeroMask(probe1.OrDiffer(probe0.Differ(at0 + block), at1 + block));
        if (mask != 0)
        {
            ScanOutcome outcome = Candidates<TVec, TUnit, TFold, TWay>.One(haystack, length, block, mask, in plan, ref state, ref sink);
            if (outcome != ScanOutcome.Continue) return outcome;
        }
        nint before = (nint)((nuint)(at0 + i) % (nuint)width);
        nint step = TWay.Up ? width - before : width - (before == 0 ? 0 : width - before);
        if (step % TUnit.Size != 0) step = width; // 16-bit units at an odd address
        i = TWay.Up ? i + step : i - step;
        state.Next = TWay.Up ? nint.Max(state.Next, i) : nint.Min(state.Next, i);
        return ScanOutcome.Continue;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static ScanOutcome OneProbe<TSink>(byte* haystack, nint length, nint limit, ref nint place,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink) where TSink : struct, ISink
    {
        int width = TVec.Width;
        byte* at0 = haystack + state.Offset0;
        Probe<TVec, TUnit, TFold> probe0 = new(plan.Needle + state.Offset0);
        nint i = place;
        while ((TWay.Up ? limit - i : i) >= 4 * width)
        {
            if (!TWay.Up) i -= 4 * width;
            TVec d0 = probe0.Differ(at0 + i), d1 = probe0.Differ(at0 + i + width);
            TVec d2 = probe0.Differ(at0 + i + 2 * width), d3 = probe0.Differ(at0 + i + 3 * width);
            if (TUnit.ZeroMask(TUnit.Either(TUnit.Either(d0, d1), TUnit.Either(d2, d3))) != 0)
            {
                ScanOutcome outcome = Candidates<TVec, TUnit, TFold, TWay>.Group(haystack, length, i,
                    TUnit.ZeroMask(d0), TUnit.ZeroMask(d1), TUnit.ZeroMask(d2), TUnit.ZeroMask(d3), in plan, ref state, ref sink);
                if (outcome != ScanOutcome.Continue) return outcome;
            }
            if (TWay.Up) i += 4 * width;
        }
        place = i;
        return ScanOutcome.Continue;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static ScanOutcome TwoProbes<TSink>(byte* haystack, nint length, nint limit, ref nint place,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink) where TSink : struct, ISink
    {
        int width = TVec.Width;
        byte* at0 = haystack + state.Offset0, at1 = haystack + state.Offset1;
        Probe<TVec, TUnit, TFold> probe0 = new(plan.Needle + state.Offset0), probe1 = new(plan.Needle + state.Offset1);
        nint i = place;
        while ((TWay.Up ? limit - i : i) >= 4 * width)
        {
            if (!TWay.Up) i -= 4 * width;
            TVec d0 = probe1.OrDiffer(probe0.Differ(at0 + i), at1 + i);
            TVec d1 = probe1.OrDiffer(probe0.Differ(at0 + i + width), at1 + i + width);
            TVec d2 = probe1.OrDiffer(probe0.Differ(at0 + i + 2 * width), at1 + i + 2 * width);
            TVec d3 = probe1.OrDiffer(probe0.Differ(at0 + i + 3 * width), at1 + i + 3 * width);
            if (TUnit.ZeroMask(TUnit.Either(TUnit.Either(d0, d1), TUnit.Either(d2, d3))) != 0)
            {
                ScanOutcome outcome = Candidates<TVec, TUnit, TFold, TWay>.Group(haystack, length, i,
                    TUnit.ZeroMask(d0), TUnit.ZeroMask(d1), TUnit.ZeroMask(d2), TUnit.ZeroMask(d3), in plan, ref state, ref sink);
                if (outcome != ScanOutcome.Continue) return outcome;
            }
            if (TWay.Up) i += 4 * width;
        }
        place = i;
        return ScanOutcome.Continue;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static ScanOutcome FourProbes<TSink>(byte* haystack, nint length, nint limit, ref nint place,
        ref readonly NeedlePlan plan, ref ScanState state, ref TSink sink) where TSink : struct, ISink
    {
        int width = TVec.Width;
        byte* at0 = haystack + state.Offset0, at1 = haystack + state.Offset1, at2 = haystack + state.Offset2, at3 = haystack + state.Offset3;
        Probe<TVec, TUnit, TFold> probe0 = new(plan.Needle + state.Offset0), probe1 = new(plan.Needle + state.Offset1);
        Probe<TVec, TUnit, TFold> probe2 = new(plan.Needle + state.Offset2), probe3 = new(plan.Needle + state.Offset3);
        nint i = place;
        while ((TWay.Up ? limit - i : i) >= 2 * width)
        {
            if (!TWay.Up) i -= 2 * width;
            TVec low = probe1.OrDiffer(probe0.Differ(at0 + i), at1 + i);
            TVec high = probe1.OrDiffer(probe0.Differ(at0 + i + width), at1 + i + width);
            low = probe3.OrDiffer(probe2.OrDiffer(low, at2 + i), at3 + i);
            high = probe3.OrDiffer(probe2.OrDiffer(high, at2 + i + width), at3 + i + width);
            if (TUnit.ZeroMask(TUnit.Either(low, high)) != 0)
            {
                ScanOutcome outcome = Candidates<TVec, TUnit, TFold, TWay>.Pair(haystack, length, i,
                    TUnit.ZeroMask(low), TUnit.ZeroMask(high), in plan, ref state, ref sink);
                if (outcome != ScanOutcome.Continue) return outcome;
            }
            if (TWay.Up) i += 2 * width;
        }
        place = i;
        return ScanOutcome.Continue;
    }
}
