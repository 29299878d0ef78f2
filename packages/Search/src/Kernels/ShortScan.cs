using System.Numerics;
using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>The first match in a haystack that fits in a register, or in two that overlap: no loop, no state.</summary>
internal static unsafe class ShortScan<TVec, TUnit, TFold>
    where TVec : unmanaged, IVector<TVec> where TUnit : IUnit where TFold : IFold
{
    /// <summary>
    /// Only for needles of up to 64 bytes that may match anywhere, and haystacks from the needle's length (and from 8 bytes, without
    /// partial loads) to 64 bytes or two registers.
    /// </summary>
    /// <param name="haystack">Where to look.</param>
    /// <param name="length">Its length.</param>
    /// <param name="needle">The folded needle.</param>
    /// <param name="needleLength">Its length.</param>
    /// <param name="offset0">One offset in it to compare everywhere.</param>
    /// <param name="offset1">Another.</param>
    /// <param name="decided">Whether these two are all there is.</param>
    // A method of its own: inlined into its callers it exceeds what the compiler is willing to inline in turn.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static nint First(byte* haystack, nint length, byte* needle, nint needleLength, nint offset0, nint offset1, bool decided)
    {
        ulong mask, second;
        if (TVec.HasPartialLoad)
        {
            // Lanes that were not loaded hold zeros, which a needle may hold too; they lie past the last place.
            TVec text = TVec.LoadPartial(haystack, (int)length);
            mask = TUnit.ZeroMask(new Probe<TVec, TUnit, TFold>(needle + offset0).DifferValue(text));
            second = TUnit.ZeroMask(new Probe<TVec, TUnit, TFold>(needle + offset1).DifferValue(text));
        }
        else if (TVec.Width > 16 && length >= 32)
        {
            mask = Overlapped<Vec256>(haystack, length, needle + offset0);
            second = Overlapped<Vec256>(haystack, length, needle + offset1);
        }
        else if (length >= 16)
        {
            mask = Overlapped<Vec128>(haystack, length, needle + offset0);
            second = Overlapped<Vec128>(haystack, length, needle + offset1);
        }
        else
        {
            mask = Overlapped<Word64>(haystack, length, needle + offset0);
            second = Overlapped<Word64>(haystack, length, needle + offset1);
        }
        int last = (int)((length - needleLength) >> TUnit.Shift);
        mask = mask >> (int)(offset0 >> TUnit.Shift) & second >> (int)(offset1 >> TUnit.Shift) & ulong.MaxValue >> 63 - last;
        while (mask != 0)
        {
            nint position = (nint)BitOperations.TrailingZeroCount(mask) << TUnit.Shift;
            if (decided || (TVec.HasPartialLoad
                ? Comparison<TVec, TUnit, TFold>.EqualPartial(haystack + position, needle, needleLength)
                : Comparison<TVec, TUnit, TFold>.EqualPieces(haystack + position, needle, needleLength))) return position;
            mask &= mask - 1;
        }
        return -1;
    }

    // The second register is flush with the end; where both look they agree.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Overlapped<TSmall>(byte* haystack, nint length, byte* unit) where TSmall : unmanaged, IVector<TSmall>
    {
        Probe<TSmall, TUnit, TFold> probe = new(unit);
        nint back = length - TSmall.Width;
        return TUnit.ZeroMask(probe.Differ(haystack)) | TUnit.ZeroMask(probe.Differ(haystack + back)) << (int)(back >> TUnit.Shift);
    }
}
