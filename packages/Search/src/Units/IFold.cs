using Gabbro.Search.Vectors;

namespace Gabbro.Search.Units;

/// <summary>Which units count as equal. The needle is stored folded; <see cref="Fold"/> is applied to the haystack.</summary>
internal interface IFold
{
    /// <summary>Whether folding changes anything at all.</summary>
    static abstract bool IsOrdinal { get; }

    static abstract int Fold(int unit);

    static abstract TVec Fold<TVec, TUnit>(TVec value) where TVec : unmanaged, IVector<TVec> where TUnit : IUnit;

    /// <summary>Zero where <paramref name="value"/> is equal to the needle unit <paramref name="wanted"/>.</summary>
    /// <param name="value">Haystack units.</param>
    /// <param name="mask">The bit to disregard: 0x20 under a letter, else 0.</param>
    /// <param name="wanted">The folded needle unit.</param>
    static abstract TVec Differ<TVec>(TVec value, TVec mask, TVec wanted) where TVec : unmanaged, IVector<TVec>;

    /// <summary><c>difference | Differ(value, mask, wanted)</c>.</summary>
    static abstract TVec OrDiffer<TVec>(TVec difference, TVec value, TVec mask, TVec wanted) where TVec : unmanaged, IVector<TVec>;
}
