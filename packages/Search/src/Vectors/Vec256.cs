using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gabbro.Search.Vectors;

/// <summary>32 bytes in a vector register.</summary>
internal readonly unsafe struct Vec256(Vector256<byte> value) : IShuffleVector<Vec256>
{
    internal readonly Vector256<byte> Value = value;

    public static int Width => 32;

    public static bool HasPartialLoad => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Load(byte* source) => new(Vector256.Load(source));

    public static Vec256 LoadPartial(byte* source, int count) => throw new UnreachableTierException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Splat8(int value) => new(Vector256.Create((byte)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Splat16(int value) => new(Vector256.Create((ushort)value).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Xor(Vec256 a, Vec256 b) => new(a.Value ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Or(Vec256 a, Vec256 b) => new(a.Value | b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 OrXor(Vec256 difference, Vec256 a, Vec256 b) => new(difference.Value | (a.Value ^ b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 XorMasked(Vec256 a, Vec256 mask, Vec256 b) => new((a.Value | mask.Value) ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Either8(Vec256 a, Vec256 b) => new(Vector256.Min(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Either16(Vec256 a, Vec256 b) =>
        new(Vector256.Min(a.Value.AsUInt16(), b.Value.AsUInt16()).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZeroMask8(Vec256 difference) =>
        Vector256.Equals(difference.Value, Vector256<byte>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZeroMask16(Vec256 difference) =>
        Vector256.Equals(difference.Value.AsUInt16(), Vector256<ushort>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong EqualMask8(Vec256 a, Vec256 b) => Vector256.Equals(a.Value, b.Value).ExtractMostSignificantBits();

    public static bool CountsInLanes => Avx2.IsSupported;

    // An equal byte compares as -1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 CountZeros8(Vec256 counts, Vec256 difference) =>
        new(counts.Value - Vector256.Equals(difference.Value, Vector256<byte>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SumBytes(Vec256 counts) => Vector256.Sum(Avx2.SumAbsoluteDifferences(counts.Value, Vector256<byte>.Zero).AsUInt64());

    public static bool HasFingerprints => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Fingerprints(byte* source)
    {
        Vector256<uint> a = Fours(source), b = Fours(source + 32), c = Fours(source + 64), d = Fours(source + 96);
        return new(((a >> 8) | b | (c << 8) | (d << 16)).AsByte());
    }

    // Bits 1 and 2 of four neighbours, gathered in bits 8 to 15 of their 32-bit lane by two rounds of multiply and add:
    // 128 (b0 + 4 b1) + 2048 (b2 + 4 b3) where each b is twice the two bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Fours(byte* source)
    {
        Vector256<byte> bits = Vector256.Load(source) & Vector256.Create((byte)6);
        Vector256<short> pairs = Avx2.MultiplyAddAdjacent(bits, Vector256.Create((ushort)0x0401).AsSByte());
        return Avx2.MultiplyAddAdjacent(pairs, Vector256.Create(0x0800_0080u).AsInt16()).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Lower8(Vec256 value)
    {
        Vector256<byte> upper = Vector256.LessThan(
            value.Value - Vector256.Create((byte)'A'), Vector256.Create((byte)26));
        return new(value.Value | (upper & Vector256.Create((byte)0x20)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Lower16(Vec256 value)
    {
        Vector256<ushort> units = value.Value.AsUInt16();
        Vector256<ushort> upper = Vector256.LessThan(
            units - Vector256.Create((ushort)'A'), Vector256.Create((ushort)26));
        return new((units | (upper & Vector256.Create((ushort)0x20))).AsByte());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Broadcast(Vector128<byte> table) => new(Vector256.Create(table, table));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Shuffle(Vec256 table, Vec256 index) =>
        new(Avx2.Shuffle(table.Value, index.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 And(Vec256 a, Vec256 b) => new(a.Value & b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 HighNibbles(Vec256 value) =>
        new(Vector256.ShiftRightLogical(value.Value.AsUInt16(), 4).AsByte() & Vector256.Create((byte)0x0F));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 SubtractSaturated(Vec256 a, Vec256 b) => new(Avx2.SubtractSaturate(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNonZero(Vec256 value) => value.Value != Vector256<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 Add(Vec256 a, Vec256 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 AndNot(Vec256 a, Vec256 b) => new(a.Value & ~b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec256 RareLeads(Vec256 value) => And(
        Shuffle(Broadcast(RareLeadNibbles.Low), And(value, Splat8(0x0F))), Shuffle(Broadcast(RareLeadNibbles.High), HighNibbles(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong TopBits(Vec256 value) => value.Value.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NonZeroMask(Vec256 value) => 0xFFFFFFFFUL ^ ZeroMask8(value);
}
