using System.Runtime.CompilerServices;
using Gabbro.Search.Kernels;
using Gabbro.Search.Units;

namespace Gabbro.Search.Engines;

/// <summary>Finds a needle whose matches all have its own length: ordinal or ASCII-insensitive.</summary>
internal sealed unsafe class SubstringEngine<TUnit, TFold> : SearchEngine where TUnit : IUnit where TFold : IFold
{
    // Pinned for its whole life, so that the plan may point into it; the engine keeps it alive.
    private readonly byte[] _needle;
    private readonly SearchTier _tier;
    private NeedlePlan _plan;

    internal SubstringEngine(ReadOnlySpan<byte> needle, SearchTier tier, bool wholeCharacters)
    {
        _tier = tier;
        // A partial load that reaches into a page which is not there is suppressed, but slowly: room behind avoids it.
        _needle = GC.AllocateArray<byte>(needle.Length + NeedlePlan.ShortNeedle, pinned: true);
        needle.CopyTo(_needle);
        byte* pinned = (byte*)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_needle));
        if (!TFold.IsOrdinal) FoldInPlace(pinned, needle.Length);
        _plan = NeedlePlan.Create<TUnit, TFold>(pinned, needle.Length, bothDirections: true, wholeCharacters);
    }

    internal static void FoldInPlace(byte* needle, nint length)
    {
        for (nint i = 0; i < length; i += TUnit.Size)
        {
            int folded = TFold.Fold(TUnit.Read(needle + i));
            if (TUnit.Size == 1) needle[i] = (byte)folded;
            else Unsafe.WriteUnaligned(needle + i, (ushort)folded);
        }
    }

    internal override nint LongestMatch => _plan.Length;

    internal override ScanState Start(nint length, bool backward, bool overlapping) =>
        new(in _plan, backward ? nint.Max(0, length - _plan.Length + TUnit.Size) : 0, overlapping);

    internal nint First(byte* haystack, nint length)
    {
        nint found = SubstringKernels<TUnit, TFold>.First(_tier, haystack, length, in _plan);
        GC.KeepAlive(this);
        return found;
    }

    internal override nint Next(byte* haystack, nint length, ref ScanState state, out nint matched)
    {
        FirstSink sink = new();
        SubstringKernels<TUnit, TFold>.Forward(_tier, haystack, length, in _plan, ref state, ref sink);
        matched = _plan.Length;
        GC.KeepAlive(this);
        return sink.Position;
    }

    internal override nint Previous(byte* haystack, nint length, ref ScanState state, out nint matched)
    {
        FirstSink sink = new();
        SubstringKernels<TUnit, TFold>.Backward(_tier, haystack, length, in _plan, ref state, ref sink);
        matched = _plan.Length;
        GC.KeepAlive(this);
        return sink.Position;
    }

    internal override nint Count(byte* haystack, nint length, bool overlapping)
    {
        nint count = SubstringKernels<TUnit, TFold>.Count(_tier, haystack, length, in _plan, overlapping);
        GC.KeepAlive(this);
        return count;
    }

    internal override int Fill(byte* haystack, nint length, ref ScanState state, int* destination, int capacity, int shift)
    {
        if (capacity == 0) return 0;
        FillSink sink = new(destination, capacity, shift);
        SubstringKernels<TUnit, TFold>.Forward(_tier, haystack, length, in _plan, ref state, ref sink);
        GC.KeepAlive(this);
        return sink.Written;
    }
}
