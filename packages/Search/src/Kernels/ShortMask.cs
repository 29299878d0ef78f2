using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>Compares two probes at fewer places than a register holds, without reading a byte outside them.</summary>
internal static unsafe class ShortMask<TVec, TUnit, TFold>
    where TVec : unmanaged, IVector<TVec> where TUnit : IUnit where TFold : IFold
{
    /// <summary>One bit for each of the units in <paramref name="bytes"/> (less than a register) where both agree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static ulong Compute(byte* at0, byte* at1, byte* needle0, byte* needle1, nint bytes)
    {
        if (TVec.HasPartialLoad)
        {
            int count = (int)bytes;
            TVec difference = Differ<TVec>(
                TVec.LoadPartial(at0, count), TVec.LoadPartial(at1, count), needle0, needle1);
            // The lanes that were not loaded hold zeros, which a needle may hold too.
            return TUnit.ZeroMask(difference) & ((1UL << (count >> TUnit.Shift)) - 1);
        }
        if (TVec.Width > 16 && bytes >= 16) return Overlapped<Vec128>(at0, at1, needle0, needle1, bytes);
        if (bytes >= 8) return Overlapped<Word64>(at0, at1, needle0, needle1, bytes);
        ulong mask = 0;
        int value0 = TUnit.Read(needle0), value1 = TUnit.Read(needle1);
        for (int i = 0; i < bytes; i += TUnit.Size)
        {
            if (TFold.Fold(TUnit.Read(at0 + i)) == value0 && TFold.Fold(TUnit.Read(at1 + i)) == value1)
                mask |= 1UL << (i >> TUnit.Shift);
        }
        return mask;
    }

    // Two registers of half the width (or less) cover the places between them, the second flush with the end.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Overlapped<TSmall>(byte* at0, byte* at1, byte* needle0, byte* needle1, nint bytes)
        where TSmall : unmanaged, IVector<TSmall>
    {
        ulong mask = 0;
        for (nint i = 0; ; i += TSmall.Width)
        {
            bool final = i + TSmall.Width >= bytes;
            if (final) i = bytes - TSmall.Width;
            mask |= TUnit.ZeroMask(Differ(TSmall.Load(at0 + i), TSmall.Load(at1 + i), needle0, needle1)) << (int)(i >> TUnit.Shift);
            if (final) return mask;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Differ<T>(T value0, T value1, byte* needle0, byte* needle1) where T : unmanaged, IVector<T> =>
        TFold.OrDiffer(
            TFold.Differ(value0, LetterMask<T>(needle0), TUnit.Splat<T>(TUnit.Read(needle0))),
            value1, LetterMask<T>(needle1), TUnit.Splat<T>(TUnit.Read(needle1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T LetterMask<T>(byte* unit) where T : unmanaged, IVector<T> =>
        TUnit.Splat<T>(!TFold.IsOrdinal && (uint)(TUnit.Read(unit) - 'a') < 26 ? 0x20 : 0);
}
