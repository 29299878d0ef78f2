using System.Runtime.CompilerServices;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Units;

/// <summary>UTF-16 code units in the machine's byte order.</summary>
internal readonly unsafe struct Unit16 : IUnit
{
    public static int Shift => 1;

    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(byte* source) => Unsafe.ReadUnaligned<ushort>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Splat<TVec>(int value) where TVec : unmanaged, IVector<TVec> => TVec.Splat16(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Either<TVec>(TVec a, TVec b) where TVec : unmanaged, IVector<TVec> => TVec.Either16(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZeroMask<TVec>(TVec difference) where TVec : unmanaged, IVector<TVec> => TVec.ZeroMask16(difference);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Lower<TVec>(TVec value) where TVec : unmanaged, IVector<TVec> => TVec.Lower16(value);

    // Outside ASCII a unit is one of thousands: rarer than any letter, and the low byte spreads the choice.
    public static int Commonness(int value) => value < 0x80 ? ByteFrequency.Of(value) : 40 + ByteFrequency.Of(value & 0xFF) / 8;
}
