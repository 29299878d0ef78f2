using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Search.Vectors;

/// <summary>Eight bytes in a general register: the scalar tier.</summary>
/// <remarks>
/// The zero tests are the exact ones: adding 0x7F to the low seven bits of a unit carries into its top bit unless they
/// are all zero, and never into the next unit. (The shorter <c>(x - 1) &amp; ~x</c> is wrong above a zero byte.)
/// The word is little-endian whatever the machine, so that bit k always speaks of byte k.
/// </remarks>
internal readonly unsafe struct Word64(ulong value) : IVector<Word64>
{
    private const ulong Low7 = 0x7F7F7F7F7F7F7F7F, High1 = 0x8080808080808080;
    private const ulong Low15 = 0x7FFF7FFF7FFF7FFF, High1Of16 = 0x8000800080008000;

    internal readonly ulong Value = value;

    public static int Width => 8;

    public static bool HasPartialLoad => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Word64 Load(byte* source)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(source);
        return new(BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
    }

    public static Word64 LoadPartial(byte* source, int count) => throw new UnreachableTierException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Word64 Splat8(int value) => new((byte)value * 0x0101010101010101UL);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Word64 Splat16(int value) => new(
        (BitConverter.IsLittleEndian ? (ushort)value : BinaryPrimitives.ReverseEndianness((ushort)value)) * 0x0001000100010001UL);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Word64 Xor(Word64 a, Word64 b) => new(a.Value ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Word64 Or(Word64 a, Word64 b) => new(a.Value | b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Word64 OrXor(Word64 difference, Word64 a, Word64 b) => new(difference.Value | (a.Value ^ b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Word64 XorMasked(Word64 a, Word64 mask, Word64 b) => new((a.Value | mask.Value) ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Word64 Either8(Word64 a, Word64 b) => new((Zeros8(a.Value) | Zeros8(b.Value)) ^ High1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Word64 Either16(Word64 a, Word64 b) => new((Zeros16(a.Value) | Zeros16(b.Value)) ^ High1Of16);

    // The multiplication gathers bits 7, 15, ... 63 (shifted to bit 0 of each byte) into the top byte, in order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZeroMask8(Word64 difference) => ((Zeros8(difference.Value) >> 7) * 0x0102040810204080UL) >> 56;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZeroMask16(Word64 difference) => ((Zeros16(difference.Value) >> 15) * 0x1000200040008000UL) >> 60;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong EqualMask8(Word64 a, Word64 b) => ZeroMask8(Xor(a, b));

    public static bool CountsInLanes => false;

    public static Word64 CountZeros8(Word64 counts, Word64 difference) => throw new UnreachableTierException();

    public static ulong SumBytes(Word64 counts) => throw new UnreachableTierException();

    public static bool HasFingerprints => false;

    public static Word64 Fingerprints(byte* source) => throw new UnreachableTierException();

    // A unit is upper-case if adding (0x80 - 'A') carries into its top bit, adding (0x80 - 'Z' - 1) does not, and it was ASCII.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Word64 Lower8(Word64 value)
    {
        ulong low = value.Value & Low7;
        ulong upper = (low + (0x80 - 'A') * 0x0101010101010101UL) & ~(low + (0x80 - 'Z' - 1) * 0x0101010101010101UL) & ~value.Value & High1;
        return new(value.Value | (upper >> 2));
    }

    public static Word64 Lower16(Word64 value)
    {
        ulong word = value.Value;
        Span<ushort> units = MemoryMarshal.Cast<ulong, ushort>(new Span<ulong>(ref word));
        foreach (ref ushort unit in units)
        {
            ushort native = BitConverter.IsLittleEndian ? unit : BinaryPrimitives.ReverseEndianness(unit);
            if ((uint)(native - 'A') < 26) native |= 0x20;
            unit = BitConverter.IsLittleEndian ? native : BinaryPrimitives.ReverseEndianness(native);
        }
        return new(word);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Zeros8(ulong value) => ~(((value & Low7) + Low7) | value | Low7);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Zeros16(ulong value) => ~(((value & Low15) + Low15) | value | Low15);
}
