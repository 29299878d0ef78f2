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

    // Groups of registers that take the lookups after one in which the masks did not do: 4 and 32 measured the same.
    private const int CarefulGroups = 16;

    /// <summary>For texts of at least two registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static nint IndexOfInvalid(byte* text, nint length)
    {
        nint width = TVec.Width;
        // The loop looks back three bytes, so it starts at the first boundary from the third on.
        nint i = 0;
        while (i < 3)
        {
            int size = ScalarUtf8.Decode(text + i, length - i, out _);
            if (size == 0) return i;
            i += size;
        }
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

        // Where all leads are of the plain kind, valid means that continuation bytes are exactly where the leads before
        // ask for them: three masks a register. `due` are the continuations asked for by what came before.
        ulong due = 0, all = ulong.MaxValue >> (64 - (int)width);
        int careful = 0;
        while (i + 4 * width <= length)
        {
            TVec a = TVec.Load(text + i), b = TVec.Load(text + i + width);
            TVec c = TVec.Load(text + i + 2 * width), d = TVec.Load(text + i + 3 * width);
            if (!TVec.IsNonZero(TVec.And(TVec.Or(TVec.Or(a, b), TVec.Or(c, d)), top)))
            {
                if (due != 0) break;
                i += 4 * width;
                continue;
            }
            if (careful == 0)
            {
                ulong before = due;
                ulong wrong = Misplaced(a, ref due, all) | Misplaced(b, ref due, all) | Misplaced(c, ref due, all) | Misplaced(d, ref due, all);
                TVec rare = TVec.Or(TVec.Or(TVec.RareLeads(a), TVec.RareLeads(b)), TVec.Or(TVec.RareLeads(c), TVec.RareLeads(d)));
                if (!TVec.IsNonZero(rare))
                {
                    if (wrong != 0)
                    {
                        due = before;
                        break;
                    }
                    i += 4 * width;
                    continue;
                }
                // Scripts with such leads have many of them.
                careful = CarefulGroups;
            }
            careful--;
            TVec error = Errors(text + i, a, firstHigh, firstLow, secondHigh, top);
            error = TVec.Or(error, Errors(text + i + width, b, firstHigh, firstLow, secondHigh, top));
            error = TVec.Or(error, Errors(text + i + 2 * width, c, firstHigh, firstLow, secondHigh, top));
            error = TVec.Or(error, Errors(text + i + 3 * width, d, firstHigh, firstLow, secondHigh, top));
            if (TVec.IsNonZero(error)) break;
            i += 4 * width;
            due = Due(text + i);
        }
        while (i + width <= length)
        {
            if (TVec.IsNonZero(Errors(text + i, TVec.Load(text + i), firstHigh, firstLow, secondHigh, top))) break;
            i += width;
        }
        // What is left is the end of the text or holds the first error. All before i is right but for a character that
        // i may cut, so the scalar decoder takes over at the start of that one.
        nint back = i;
        while (back > 0 && i - back < 3 && Utf8Boundary.IsContinuation(text[back - 1])) back--;
        if (back > 0 && text[back - 1] >= 0xC0) back--;
        else back = i;
        return ScalarUtf8.IndexOfInvalid(text, back, length);
    }

    // The continuation bytes that are there and not asked for, or asked for and not there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Misplaced(TVec value, ref ulong due, ulong all)
    {
        ulong outsideAscii = TVec.TopBits(value);
        ulong continuations = TVec.SignedLessMask(value, TVec.Splat8(0xC0));
        ulong leads = outsideAscii & ~continuations;
        ulong threes = outsideAscii & TVec.SignedLessMask(TVec.Splat8(0xDF), value);
        ulong wrong = continuations ^ ((leads << 1 | threes << 2 | due) & all);
        due = leads >> TVec.Width - 1 | threes >> TVec.Width - 2;
        return wrong;
    }

    // One bit for each of the next places at which a character that begins before `at` has its continuation.
    private static ulong Due(byte* at) =>
        (at[-1] >= 0xC0 ? 1UL : 0) | (at[-1] >= 0xE0 ? 2UL : 0) | (at[-1] >= 0xF0 ? 4UL : 0)
        | (at[-2] >= 0xE0 ? 1UL : 0) | (at[-2] >= 0xF0 ? 2UL : 0) | (at[-3] >= 0xF0 ? 1UL : 0);

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
