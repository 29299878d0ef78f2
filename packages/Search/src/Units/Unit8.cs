using System.Runtime.CompilerServices;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Units;

/// <summary>Bytes.</summary>
internal readonly unsafe struct Unit8 : IUnit
{
    public static int Shift => 0;

    public static int Size => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(byte* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Splat<TVec>(int value) where TVec : unmanaged, IVector<TVec> => TVec.Splat8(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Either<TVec>(TVec a, TVec b) where TVec : unmanaged, IVector<TVec> => TVec.Either8(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZeroMask<TVec>(TVec difference) where TVec : unmanaged, IVector<TVec> => TVec.ZeroMask8(difference);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Lower<TVec>(TVec value) where TVec : unmanaged, IVector<TVec> => TVec.Lower8(value);

    public static int Commonness(int value) => ByteFrequency.Of(value);
}
