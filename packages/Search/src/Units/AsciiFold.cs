using System.Runtime.CompilerServices;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Units;

/// <summary>The letters A-Z equal a-z; every other unit equals only itself.</summary>
internal readonly struct AsciiFold : IFold
{
    public static bool IsOrdinal => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Fold(int unit) => (uint)(unit - 'A') < 26 ? unit | 0x20 : unit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Fold<TVec, TUnit>(TVec value) where TVec : unmanaged, IVector<TVec> where TUnit : IUnit =>
        TUnit.Lower(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Differ<TVec>(TVec value, TVec mask, TVec wanted) where TVec : unmanaged, IVector<TVec> =>
        TVec.XorMasked(value, mask, wanted);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec OrDiffer<TVec>(TVec difference, TVec value, TVec mask, TVec wanted) where TVec : unmanaged, IVector<TVec> =>
        TVec.Or(difference, TVec.XorMasked(value, mask, wanted));
}
