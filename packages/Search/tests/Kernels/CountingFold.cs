using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Tests.Kernels;

/// <summary>Ordinal comparison that counts how often a kernel compares anything: its work, without a clock.</summary>
internal readonly struct CountingFold : IFold
{
    [ThreadStatic]
    internal static long Work;

    public static bool IsOrdinal => true;

    public static int Fold(int unit)
    {
        Work++;
        return unit;
    }

    public static TVec Fold<TVec, TUnit>(TVec value) where TVec : unmanaged, IVector<TVec> where TUnit : IUnit
    {
        Work++;
        return value;
    }

    public static TVec Differ<TVec>(TVec value, TVec mask, TVec wanted) where TVec : unmanaged, IVector<TVec>
    {
        Work++;
        return TVec.Xor(value, wanted);
    }

    public static TVec OrDiffer<TVec>(TVec difference, TVec value, TVec mask, TVec wanted) where TVec : unmanaged, IVector<TVec>
    {
        Work++;
        return TVec.OrXor(difference, value, wanted);
    }
}
