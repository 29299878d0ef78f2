using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gabbro.Search.Vectors;

/// <summary>64 bytes in a zmm register; comparisons go to mask registers.</summary>
internal readonly unsafe struct Vec512(Vector512<byte> value) : IShuffleVector<Vec512>
{
    internal readonly Vector512<byte> Value = value;

    public static int Width => 64;

    public static bool HasPartialLoad => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Load(byte* source) => new(Vector512.Load(source));

    // Lanes outside the mask are neither read nor able to fault.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 LoadPartial(byte* source, int count) =>
        new(Avx512BW.MaskLoad(source, PartialMask(count), Vector512<byte>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Splat8(int value) => new(Vector512.Create((byte)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Splat16(int value) => new(Vector512.Create((ushort)value).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Xor(Vec512 a, Vec512 b) => new(a.Value ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Or(Vec512 a, Vec512 b) => new(a.Value | b.Value);

    // Truth table 0xF6 = A | (B ^ C), 0x56 = (A | B) ^ C.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 OrXor(Vec512 difference, Vec512 a, Vec512 b) =>
        new(Avx512F.TernaryLogic(difference.Value, a.Value, b.Value, 0xF6));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 XorMasked(Vec512 a, Vec512 mask, Vec512 b) =>
        new(Avx512F.TernaryLogic(a.Value, mask.Value, b.Value, 0x56));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Either8(Vec512 a, Vec512 b) => new(Vector512.Min(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Either16(Vec512 a, Vec512 b) =>
        new(Vector512.Min(a.Value.AsUInt16(), b.Value.AsUInt16()).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZeroMask8(Vec512 difference) =>
        Vector512.Equals(difference.Value, Vector512<byte>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZeroMask16(Vec512 difference) =>
        Vector512.Equals(difference.Value.AsUInt16(), Vector512<ushort>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong EqualMask8(Vec512 a, Vec512 b) => Vector512.Equals(a.Value, b.Value).ExtractMostSignificantBits();

    // Comparisons go to mask registers here, and one population count a register keeps up with the loads.
    public static bool CountsInLanes => false;

    public static Vec512 CountZeros8(Vec512 counts, Vec512 difference) => throw new UnreachableTierException();

    public static ulong SumBytes(Vec512 counts) => throw new UnreachableTierException();

    public static bool HasFingerprints => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Fingerprints(byte* source)
    {
        Vector512<uint> a = Fours(source), b = Fours(source + 64), c = Fours(source + 128), d = Fours(source + 192);
        return new(((a >> 8) | b | (c << 8) | (d << 16)).AsByte());
    }

    // Bits 1 and 2 of four neighbours, gathered in bits 8 to 15 of their 32-bit lane by two rounds of multiply and add:
    // 128 (b0 + 4 b1) + 2048 (b2 + 4 b3) where each b is twice the two bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Fours(byte* source)
    {
        Vector512<byte> bits = Vector512.Load(source) & Vector512.Create((byte)6);
        Vector512<short> pairs = Avx512BW.MultiplyAddAdjacent(bits, Vector512.Create((ushort)0x0401).AsSByte());
        return Avx512BW.MultiplyAddAdjacent(pairs, Vector512.Create(0x0800_0080u).AsInt16()).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Lower8(Vec512 value)
    {
        Vector512<byte> upper = Vector512.LessThan(
            value.Value - Vector512.Create((byte)'A'), Vector512.Create((byte)26));
        return new(value.Value | (upper & Vector512.Create((byte)0x20)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Lower16(Vec512 value)
    {
        Vector512<ushort> units = value.Value.AsUInt16();
        Vector512<ushort> upper = Vector512.LessThan(
            units - Vector512.Create((ushort)'A'), Vector512.Create((ushort)26));
        return new((units | (upper & Vector512.Create((ushort)0x20))).AsByte());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Broadcast(Vector128<byte> table) => new(Vector512.Create(Vector256.Create(table, table), Vector256.Create(table, table)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Shuffle(Vec512 table, Vec512 index) =>
        new(Avx512BW.Shuffle(table.Value, index.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 And(Vec512 a, Vec512 b) => new(a.Value & b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 HighNibbles(Vec512 value) =>
        new(Vector512.ShiftRightLogical(value.Value.AsUInt16(), 4).AsByte() & Vector512.Create((byte)0x0F));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 SubtractSaturated(Vec512 a, Vec512 b) => new(Avx512BW.SubtractSaturate(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNonZero(Vec512 value) => value.Value != Vector512<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 Add(Vec512 a, Vec512 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 AndNot(Vec512 a, Vec512 b) => new(a.Value & ~b.Value);

    // From 0xC0 on the low six bits say which byte it is: one lookup among 64 where there is one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec512 RareLeads(Vec512 value)
    {
        if (Avx512Vbmi.IsSupported)
        {
            // Less 0x40 a byte has its top bit just if it is a lead, and the table holds only that bit.
            return new(Avx512Vbmi.PermuteVar64x8(RareLeadTable, value.Value)
                & Avx512BW.SubtractSaturate(value.Value, Vector512.Create((byte)0x40)));
        }
        return And(Shuffle(Broadcast(RareLeadNibbles.Low), And(value, Splat8(0x0F))), Shuffle(Broadcast(RareLeadNibbles.High), HighNibbles(value)));
    }

    private static Vector512<byte> RareLeadTable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
        0x80, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0,
        0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, (byte)0x80);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong TopBits(Vec512 value) => value.Value.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NonZeroMask(Vec512 value) => ~ZeroMask8(value);

    private static Vector512<byte> PartialMask(int count) =>
        Vector512.LessThan(Vector512<byte>.Indices, Vector512.Create((byte)count));
}
