using System.Runtime.CompilerServices;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Units;

/// <summary>Every unit equals only itself.</summary>
internal readonly struct OrdinalFold : IFold
{
    public static bool IsOrdinal => true;

    public static int Fold(int unit) => unit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Fold<TVec, TUnit>(TVec value) where TVec : unmanaged, IVector<TVec> where TUnit : IUnit => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec Differ<TVec>(TVec value, TVec mask, TVec wanted) where TVec : unmanaged, IVector<TVec> =>
        TVec.Xor(value, wanted);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVec OrDiffer<TVec>(TVec difference, TVec value, TVec mask, TVec wanted) where TVec : unmanaged, IVector<TVec> =>
        TVec.OrXor(difference, value, wanted);
}
