using System.Numerics;
using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>Compares a stretch of haystack with a stretch of folded needle, a register at a time.</summary>
internal static unsafe class Comparison<TVec, TUnit, TFold>
    where TVec : unmanaged, IVector<TVec> where TUnit : IUnit where TFold : IFold
{
    private static ulong Full
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ulong.MaxValue >> 64 - (TVec.Width >> TUnit.Shift);
    }

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

    /// <summary>Whether all units agree. For at most four registers, and nothing to learn from where they do not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Equal(byte* haystack, byte* needle, nint length)
    {
        if (TVec.HasPartialLoad && length <= TVec.Width) return EqualPartial(haystack, needle, length);
        return EqualPieces(haystack, needle, length);
    }

    /// <summary>Likewise, for at most one register and a tier that has partial loads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool EqualPartial(byte* haystack, byte* needle, nint length) =>
        Unequal(TVec.LoadPartial(haystack, (int)length), TVec.LoadPartial(needle, (int)length)) == 0;

    // Registers from the beginning and one flush with the end, of the widest kind that fits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool EqualPieces(byte* haystack, byte* needle, nint length)
    {
        if (length < TVec.Width)
        {
            if (TVec.Width > 16 && length >= 16) return Comparison<Vec128, TUnit, TFold>.EqualPieces(haystack, needle, length);
            if (TVec.Width > 8 && length >= 8) return Comparison<Word64, TUnit, TFold>.EqualPieces(haystack, needle, length);
            if (length >= 4)
            {
                // Two halves that may overlap, as one word.
                ulong word = Unsafe.ReadUnaligned<uint>(haystack) | (ulong)Unsafe.ReadUnaligned<uint>(haystack + length - 4) << 32;
                ulong wanted = Unsafe.ReadUnaligned<uint>(needle) | (ulong)Unsafe.ReadUnaligned<uint>(needle + length - 4) << 32;
                return TFold.Fold<Word64, TUnit>(new Word64(word)).Value == wanted;
            }
            for (nint k = 0; k < length; k += TUnit.Size)
                if (TFold.Fold(TUnit.Read(haystack + k)) != TUnit.Read(needle + k)) return false;
            return true;
        }
        for (nint i = 0; ; i += TVec.Width)
        {
            bool final = i + TVec.Width >= length;
            if (final) i = length - TVec.Width;
            if (Unequal(TVec.Load(haystack + i), TVec.Load(needle + i)) != 0) return false;
            if (final) return true;
        }
    }

    /// <summary>How many bytes from <paramref name="text"/> on, of <paramref name="length"/>, equal those <paramref name="period"/> before them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static nint Repeats(byte* text, nint period, nint length)
    {
        nint i = 0;
        for (; i + TVec.Width <= length; i += TVec.Width)
        {
            ulong unequal = Unequal(TVec.Load(text + i), TFold.Fold<TVec, TUnit>(TVec.Load(text + i - period)));
            if (unequal != 0) return i + First(unequal);
        }
        while (i < length && TFold.Fold(TUnit.Read(text + i)) == TFold.Fold(TUnit.Read(text + i - period))) i += TUnit.Size;
        return i;
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
