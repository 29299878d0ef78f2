using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>Chooses the comparison of a tier for common prefixes and suffixes of bytes.</summary>
internal static unsafe class PrefixKernels
{
    internal static nint Prefix(SearchTier tier, byte* a, byte* b, nint length) => tier switch
    {
        SearchTier.Avx512 => Comparison<Vec512, Unit8, OrdinalFold>.Prefix(a, b, length),
        SearchTier.Avx2 => Comparison<Vec256, Unit8, OrdinalFold>.Prefix(a, b, length),
        SearchTier.Vector128 => Comparison<Vec128, Unit8, OrdinalFold>.Prefix(a, b, length),
        _ => Comparison<Word64, Unit8, OrdinalFold>.Prefix(a, b, length),
    };

    internal static nint Suffix(SearchTier tier, byte* a, byte* b, nint length) => tier switch
    {
        SearchTier.Avx512 => Comparison<Vec512, Unit8, OrdinalFold>.Suffix(a, b, length),
        SearchTier.Avx2 => Comparison<Vec256, Unit8, OrdinalFold>.Suffix(a, b, length),
        SearchTier.Vector128 => Comparison<Vec128, Unit8, OrdinalFold>.Suffix(a, b, length),
        _ => Comparison<Word64, Unit8, OrdinalFold>.Suffix(a, b, length),
    };
}
