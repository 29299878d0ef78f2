using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gabbro.Search.Vectors;

/// <summary>16 bytes in a vector register.</summary>
internal readonly unsafe struct Vec128(Vector128<byte> value) : IShuffleVector<Vec128>
{
    internal readonly Vector128<byte> Value = value;

    public static int Width => 16;

    public static bool HasPartialLoad => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Load(byte* source) => new(Vector128.Load(source));

    public static Vec128 LoadPartial(byte* source, int count) => throw new UnreachableTierException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Splat8(int value) => new(Vector128.Create((byte)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Splat16(int value) => new(Vector128.Create((ushort)value).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Xor(Vec128 a, Vec128 b) => new(a.Value ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Or(Vec128 a, Vec128 b) => new(a.Value | b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 OrXor(Vec128 difference, Vec128 a, Vec128 b) => new(difference.Value | (a.Value ^ b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 XorMasked(Vec128 a, Vec128 mask, Vec128 b) => new((a.Value | mask.Value) ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Either8(Vec128 a, Vec128 b) => new(Vector128.Min(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Either16(Vec128 a, Vec128 b) =>
        new(Vector128.Min(a.Value.AsUInt16(), b.Value.AsUInt16()).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZeroMask8(Vec128 difference) =>
        Vector128.Equals(difference.Value, Vector128<byte>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZeroMask16(Vec128 difference) =>
        Vector128.Equals(difference.Value.AsUInt16(), Vector128<ushort>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong EqualMask8(Vec128 a, Vec128 b) => Vector128.Equals(a.Value, b.Value).ExtractMostSignificantBits();

    public static bool CountsInLanes => Sse2.IsSupported;

    // An equal byte compares as -1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 CountZeros8(Vec128 counts, Vec128 difference) =>
        new(counts.Value - Vector128.Equals(difference.Value, Vector128<byte>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SumBytes(Vec128 counts) => Vector128.Sum(Sse2.SumAbsoluteDifferences(counts.Value, Vector128<byte>.Zero).AsUInt64());

    public static bool HasFingerprints => Ssse3.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Fingerprints(byte* source)
    {
        Vector128<uint> a = Fours(source), b = Fours(source + 16), c = Fours(source + 32), d = Fours(source + 48);
        return new(((a >> 8) | b | (c << 8) | (d << 16)).AsByte());
    }

    // Bits 1 and 2 of four neighbours, gathered in bits 8 to 15 of their 32-bit lane by two rounds of multiply and add:
    // 128 (b0 + 4 b1) + 2048 (b2 + 4 b3) where each b is twice the two bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Fours(byte* source)
    {
        Vector128<byte> bits = Vector128.Load(source) & Vector128.Create((byte)6);
        Vector128<short> pairs = Ssse3.MultiplyAddAdjacent(bits, Vector128.Create((ushort)0x0401).AsSByte());
        return Sse2.MultiplyAddAdjacent(pairs, Vector128.Create(0x0800_0080u).AsInt16()).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Lower8(Vec128 value)
    {
        Vector128<byte> upper = Vector128.LessThan(
            value.Value - Vector128.Create((byte)'A'), Vector128.Create((byte)26));
        return new(value.Value | (upper & Vector128.Create((byte)0x20)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Lower16(Vec128 value)
    {
        Vector128<ushort> units = value.Value.AsUInt16();
        Vector128<ushort> upper = Vector128.LessThan(
            units - Vector128.Create((ushort)'A'), Vector128.Create((ushort)26));
        return new((units | (upper & Vector128.Create((ushort)0x20))).AsByte());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Broadcast(Vector128<byte> table) => new(table);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Shuffle(Vec128 table, Vec128 index) =>
        new(Ssse3.IsSupported ? Ssse3.Shuffle(table.Value, index.Value)
            : Vector128.Shuffle(table.Value, index.Value & Vector128.Create((byte)0x8F)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 And(Vec128 a, Vec128 b) => new(a.Value & b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 HighNibbles(Vec128 value) =>
        new(Vector128.ShiftRightLogical(value.Value.AsUInt16(), 4).AsByte() & Vector128.Create((byte)0x0F));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 SubtractSaturated(Vec128 a, Vec128 b) => new(a.Value - Vector128.Min(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNonZero(Vec128 value) => value.Value != Vector128<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 Add(Vec128 a, Vec128 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 AndNot(Vec128 a, Vec128 b) => new(a.Value & ~b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec128 RareLeads(Vec128 value) => And(
        Shuffle(Broadcast(RareLeadNibbles.Low), And(value, Splat8(0x0F))), Shuffle(Broadcast(RareLeadNibbles.High), HighNibbles(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong TopBits(Vec128 value) => value.Value.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NonZeroMask(Vec128 value) => 0xFFFFUL ^ ZeroMask8(value);
}
