using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>Chooses the byte-set kernel of a tier.</summary>
internal static unsafe class SetKernels
{
    internal static nint First(SearchTier tier, byte* haystack, nint length, ref readonly SetTable table) =>
        table.OnlyAscii ? First<AsciiSet>(tier, haystack, length, in table) : First<AnySet>(tier, haystack, length, in table);

    private static nint First<TKind>(SearchTier tier, byte* haystack, nint length, ref readonly SetTable table) where TKind : ISetKind => tier switch
    {
        SearchTier.Avx512 when length >= 64 => SetScan<Vec512, TKind>.First(haystack, length, in table),
        SearchTier.Avx512 or SearchTier.Avx2 when length >= 32 => SetScan<Vec256, TKind>.First(haystack, length, in table),
        not SearchTier.Scalar when length >= 16 => SetScan<Vec128, TKind>.First(haystack, length, in table),
        _ => ScalarSetScan.First(haystack, length, in table),
    };

    internal static nint Last(SearchTier tier, byte* haystack, nint length, ref readonly SetTable table) =>
        table.OnlyAscii ? Last<AsciiSet>(tier, haystack, length, in table) : Last<AnySet>(tier, haystack, length, in table);

    private static nint Last<TKind>(SearchTier tier, byte* haystack, nint length, ref readonly SetTable table) where TKind : ISetKind => tier switch
    {
        SearchTier.Avx512 when length >= 64 => SetScan<Vec512, TKind>.Last(haystack, length, in table),
        SearchTier.Avx512 or SearchTier.Avx2 when length >= 32 => SetScan<Vec256, TKind>.Last(haystack, length, in table),
        not SearchTier.Scalar when length >= 16 => SetScan<Vec128, TKind>.Last(haystack, length, in table),
        _ => ScalarSetScan.Last(haystack, length, in table),
    };

    internal static nint Count(SearchTier tier, byte* haystack, nint length, ref readonly SetTable table) =>
        table.OnlyAscii ? Count<AsciiSet>(tier, haystack, length, in table) : Count<AnySet>(tier, haystack, length, in table);

    private static nint Count<TKind>(SearchTier tier, byte* haystack, nint length, ref readonly SetTable table) where TKind : ISetKind => tier switch
    {
        SearchTier.Avx512 when length >= 64 => SetScan<Vec512, TKind>.Count(haystack, length, in table),
        SearchTier.Avx512 or SearchTier.Avx2 when length >= 32 => SetScan<Vec256, TKind>.Count(haystack, length, in table),
        not SearchTier.Scalar when length >= 16 => SetScan<Vec128, TKind>.Count(haystack, length, in table),
        _ => ScalarSetScan.Count(haystack, length, in table),
    };
}
