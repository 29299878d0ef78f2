using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>Chooses the byte-set kernel of a tier.</summary>
internal static unsafe class SetKernels
{
    internal static nint First(SearchTier tier, byte* haystack, nint length, ref readonly SetTable table) => tier switch
    {
        SearchTier.Avx512 when length >= 64 => SetScan<Vec512>.First(haystack, length, in table),
        SearchTier.Avx512 or SearchTier.Avx2 when length >= 32 => SetScan<Vec256>.First(haystack, length, in table),
        not SearchTier.Scalar when length >= 16 => SetScan<Vec128>.First(haystack, length, in table),
        _ => ScalarSetScan.First(haystack, length, in table),
    };

    internal static nint Last(SearchTier tier, byte* haystack, nint length, ref readonly SetTable table) => tier switch
    {
        SearchTier.Avx512 when length >= 64 => SetScan<Vec512>.Last(haystack, length, in table),
        SearchTier.Avx512 or SearchTier.Avx2 when length >= 32 => SetScan<Vec256>.Last(haystack, length, in table),
        not SearchTier.Scalar when length >= 16 => SetScan<Vec128>.Last(haystack, length, in table),
        _ => ScalarSetScan.Last(haystack, length, in table),
    };

    internal static nint Count(SearchTier tier, byte* haystack, nint length, ref readonly SetTable table) => tier switch
    {
        SearchTier.Avx512 when length >= 64 => SetScan<Vec512>.Count(haystack, length, in table),
        SearchTier.Avx512 or SearchTier.Avx2 when length >= 32 => SetScan<Vec256>.Count(haystack, length, in table),
        not SearchTier.Scalar when length >= 16 => SetScan<Vec128>.Count(haystack, length, in table),
        _ => ScalarSetScan.Count(haystack, length, in table),
    };
}
