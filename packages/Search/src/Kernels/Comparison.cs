using System.Numerics;
using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>Compares a stretch of haystack with a stretch of folded needle, a register at a time.</summary>
internal static unsafe class Comparison<TVec, TUnit, TFold>
    where TVec : unmanaged, IVector<TVec> where TUnit : IUnit where TFold : IFold
{
    private static ulong Full => TVec.Width >> TUnit.Shift == 64 ? ulong.MaxValue : (1UL << (TVec.Width >> TUnit.Shift)) - 1;

    /// <summary>The offset of the first unit that differs, or <paramref name="length"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static nint Prefix(byte* haystack, byte* needle, nint length)
    {
        nint i = 0;
        for (; i + TVec.Width <= length; i += TVec.Width)
        {
            ulong unequal = Unequal(TVec.Load(haystack + i), TVec.Load(needle + i));
            if (unequal != 0) return i + First(unequal);
        }
        if (i == length) return length;
        if (TVec.HasPartialLoad)
        {
            int rest = (int)(length - i);
            ulong unequal = Unequal(TVec.LoadPartial(haystack + i, rest), TVec.LoadPartial(needle + i, rest));
            return unequal != 0 ? i + First(unequal) : length;
        }
        if (length >= TVec.Width)
        {
            // Everything before i is known to be equal, so the first difference of the overlapping block is the first.
            i = length - TVec.Width;
            ulong unequal = Unequal(TVec.Load(haystack + i), TVec.Load(needle + i));
            return unequal != 0 ? i + First(unequal) : length;
        }
        if (TVec.Width > 16 && length >= 16) return Comparison<Vec128, TUnit, TFold>.Prefix(haystack, needle, length);
        if (TVec.Width > 8 && length >= 8) return Comparison<Word64, TUnit, TFold>.Prefix(haystack, needle, length);
        for (; i < length; i += TUnit.Size)
            if (TFold.Fold(TUnit.Read(haystack + i)) != TUnit.Read(needle + i)) return i;
        return length;
    }

    /// <summary>How many bytes at the ends agree, going down from the last unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static nint Suffix(byte* haystack, byte* needle, nint length)
    {
        nint i = length;
        for (; i >= TVec.Width; i -= TVec.Width)
        {
            ulong unequal = Unequal(TVec.Load(haystack + i - TVec.Width), TVec.Load(needle + i - TVec.Width));
            if (unequal != 0) return length - i + TVec.Width - TUnit.Size - Last(unequal);
        }
        if (i == 0) return length;
        if (TVec.HasPartialLoad)
        {
            ulong unequal = Unequal(TVec.LoadPartial(haystack, (int)i), TVec.LoadPartial(needle, (int)i));
            return unequal != 0 ? length - TUnit.Size - Last(unequal) : length;
        }
        if (length >= TVec.Width)
        {
            ulong unequal = Unequal(TVec.Load(haystack), TVec.Load(needle));
            return unequal != 0 ? length - TUnit.Size - Last(unequal) : length;
        }
        if (TVec.Width > 16 && length >= 16) return Comparison<Vec128, TUnit, TFold>.Suffix(haystack, needle, length);
        if (TVec.Width > 8 && length >= 8) return Comparison<Word64, TUnit, TFold>.Suffix(haystack, needle, length);
        for (i -= TUnit.Size; i >= 0; i -= TUnit.Size)
            if (TFold.Fold(TUnit.Read(haystack + i)) != TUnit.Read(needle + i)) return length - TUnit.Size - i;
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Unequal(TVec haystack, TVec needle) =>
        TUnit.ZeroMask(TVec.Xor(TFold.Fold<TVec, TUnit>(haystack), needle)) ^ Full;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint First(ulong mask) => (nint)BitOperations.TrailingZeroCount(mask) << TUnit.Shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Last(ulong mask) => (nint)(63 - BitOperations.LeadingZeroCount(mask)) << TUnit.Shift;
}
