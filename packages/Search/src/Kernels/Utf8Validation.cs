using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>
/// Validates UTF-8 by three table lookups a byte (Keiser and Lemire, "Validating UTF-8 In Less Than One Instruction Per
/// Byte", Software: Practice and Experience 51, 2021). Each pair of neighbours is classed by both nibbles of the first and the high
/// nibble of the second; a bit that survives all three classes is an error. Third and fourth bytes follow from the bytes
/// two and three before.
/// </summary>
internal static unsafe class Utf8Validation<TVec> where TVec : unmanaged, IShuffleVector<TVec>
{
    // The errors that a pair of bytes can show.
    private const byte TooShort = 1 << 0, TooLong = 1 << 1, Overlong3 = 1 << 2, TooLarge = 1 << 3, Surrogate = 1 << 4;
    private const byte Overlong2 = 1 << 5, TooLarge1000 = 1 << 6, Overlong4 = 1 << 6, TwoContinuations = 1 << 7;
    private const byte Carry = TooShort | TooLong | TwoContinuations;

    // Groups of registers that take the lookups after one in which the masks did not do.
    private const int CarefulGroups = 16;

    /// <summary>For texts of at least two registers.</summary>
    internal static nint IndexOfInvalid(byte* text, nint length)
    {
        // The kernels look back three bytes, so they start at the first boundary from the third on.
        nint i = 0, group = 4 * TVec.Width;
        while (i < 3)
        {
            int size = ScalarUtf8.Decode(text + i, length - i, out _);
            if (size == 0) return i;
            i += size;
        }
        if (length - i >= group + TVec.Width)
        {
            // One register's worth checked, groups can start where registers are aligned.
            nint stopped = Careful(text, i, i + TVec.Width);
            if (stopped > i)
            {
                i = stopped - (nint)((nuint)(text + stopped) % (nuint)TVec.Width);
                while (length - i >= group)
                {
                    i = Plain(text, i, length);
                    if (length - i < group) break;
                    nint end = nint.Min(length, i + CarefulGroups * group);
                    stopped = Careful(text, i, end);
                    bool wrong = stopped + TVec.Width <= end;
                    i = stopped;
                    if (wrong) break;
                }
            }
        }
        i = Careful(text, i, length);
        // What is left is the end of the text or holds the first error. All before i is right but for a character that
        // i may cut, so the scalar decoder takes over at the start of that one.
        nint back = i;
        while (back > 0 && i - back < 3 && Utf8Boundary.IsContinuation(text[back - 1])) back--;
        if (back > 0 && text[back - 1] >= 0xC0) back--;
        else back = i;
        return ScalarUtf8.IndexOfInvalid(text, back, length);
    }

    /// <summary>
    /// Groups of four registers whose leads are all of the plain kind: there valid means that continuation bytes are exactly
    /// where the leads one and two bytes before ask for them. No lookups but the one that finds the other leads.
    /// </summary>
    /// <returns>The first group that is not so, or where less than a group is left. All before is right.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Plain(byte* text, nint i, nint length)
    {
        nint width = TVec.Width;
        TVec top = TVec.Splat8(0x80), two = TVec.Splat8(0xC0 - 0x80), three = TVec.Splat8(0xE0 - 0x80);
        for (; i + 4 * width <= length; i += 4 * width)
        {
            TVec a = TVec.Load(text + i), b = TVec.Load(text + i + width);
            TVec c = TVec.Load(text + i + 2 * width), d = TVec.Load(text + i + 3 * width);
            if (!TVec.IsNonZero(TVec.And(TVec.Or(TVec.Or(a, b), TVec.Or(c, d)), top))
                && (text[i - 1] | text[i - 2] | text[i - 3]) < 0x80) continue;
            TVec wrong = TVec.Or(
                TVec.Or(Misplaced(text + i, a, two, three), Misplaced(text + i + width, b, two, three)),
                TVec.Or(Misplaced(text + i + 2 * width, c, two, three), Misplaced(text + i + 3 * width, d, two, three)));
            TVec rare = TVec.Or(TVec.Or(TVec.RareLeads(a), TVec.RareLeads(b)), TVec.Or(TVec.RareLeads(c), TVec.RareLeads(d)));
            if (TVec.IsNonZero(TVec.Or(TVec.And(wrong, top), rare))) break;
        }
        return i;
    }

    /// <summary>Any text, by lookups.</summary>
    /// <returns>The first register with an error, or where less than a register is left.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Careful(byte* text, nint i, nint length)
    {
        nint width = TVec.Width;
        TVec firstHigh = TVec.Broadcast(Vector128.Create(
            TooLong, TooLong, TooLong, TooLong, TooLong, TooLong, TooLong, TooLong,
            TwoContinuations, TwoContinuations, TwoContinuations, TwoContinuations,
            TooShort | Overlong2, TooShort, TooShort | Overlong3 | Surrogate, TooShort | TooLarge | TooLarge1000 | Overlong4));
        TVec firstLow = TVec.Broadcast(Vector128.Create(
            Carry | Overlong3 | Overlong2 | Overlong4, Carry | Overlong2, Carry, Carry,
            Carry | TooLarge, Carry | TooLarge | TooLarge1000, Carry | TooLarge | TooLarge1000, Carry | TooLarge | TooLarge1000,
            Carry | TooLarge | TooLarge1000, Carry | TooLarge | TooLarge1000, Carry | TooLarge | TooLarge1000, Carry | TooLarge | TooLarge1000,
            Carry | TooLarge | TooLarge1000, Carry | TooLarge | TooLarge1000 | Surrogate, Carry | TooLarge | TooLarge1000, Carry | TooLarge | TooLarge1000));
        TVec secondHigh = TVec.Broadcast(Vector128.Create(
            TooShort, TooShort, TooShort, TooShort, TooShort, TooShort, TooShort, TooShort,
            TooLong | Overlong2 | TwoContinuations | Overlong3 | TooLarge1000 | Overlong4,
            TooLong | Overlong2 | TwoContinuations | Overlong3 | TooLarge,
            TooLong | Overlong2 | TwoContinuations | Surrogate | TooLarge, TooLong | Overlong2 | TwoContinuations | Surrogate | TooLarge,
            TooShort, TooShort, TooShort, TooShort));
        TVec top = TVec.Splat8(0x80);
        for (; i + 4 * width <= length; i += 4 * width)
        {
            TVec error = Errors(text + i, TVec.Load(text + i), firstHigh, firstLow, secondHigh, top);
            error = TVec.Or(error, Errors(text + i + width, TVec.Load(text + i + width), firstHigh, firstLow, secondHigh, top));
            error = TVec.Or(error, Errors(text + i + 2 * width, TVec.Load(text + i + 2 * width), firstHigh, firstLow, secondHigh, top));
            error = TVec.Or(error, Errors(text + i + 3 * width, TVec.Load(text + i + 3 * width), firstHigh, firstLow, secondHigh, top));
            if (TVec.IsNonZero(error)) break;
        }
        for (; i + width <= length; i += width)
            if (TVec.IsNonZero(Errors(text + i, TVec.Load(text + i), firstHigh, firstLow, secondHigh, top))) break;
        return i;
    }

    // The top bit is set in continuation bytes that nothing asks for, and where one is asked for and missing. (If both
    // bytes before ask, the nearer one was missing itself.)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Misplaced(byte* at, TVec value, TVec two, TVec three) => TVec.Xor(
        TVec.Xor(TVec.SubtractSaturated(TVec.Load(at - 1), two), TVec.SubtractSaturated(TVec.Load(at - 2), three)),
        TVec.AndNot(value, TVec.Add(value, value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Errors(byte* at, TVec value, TVec firstHigh, TVec firstLow, TVec secondHigh, TVec top)
    {
        TVec before = TVec.Load(at - 1);
        TVec special = TVec.And(
            TVec.And(TVec.Shuffle(firstHigh, TVec.HighNibbles(before)), TVec.Shuffle(firstLow, TVec.And(before, TVec.Splat8(0x0F)))),
            TVec.Shuffle(secondHigh, TVec.HighNibbles(value)));
        TVec third = TVec.SubtractSaturated(TVec.Load(at - 2), TVec.Splat8(0xE0 - 0x80));
        TVec fourth = TVec.SubtractSaturated(TVec.Load(at - 3), TVec.Splat8(0xF0 - 0x80));
        return TVec.Xor(TVec.And(TVec.Or(third, fourth), top), special);
    }
}
