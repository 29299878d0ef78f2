using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>Chooses the UTF-8 kernels of a tier.</summary>
internal static unsafe class Utf8Kernels
{
    internal static nint IndexOfInvalid(SearchTier tier, byte* text, nint length) => tier switch
    {
        SearchTier.Avx512 when length >= 128 => Utf8Validation<Vec512>.IndexOfInvalid(text, length),
        SearchTier.Avx512 or SearchTier.Avx2 when length >= 64 => Utf8Validation<Vec256>.IndexOfInvalid(text, length),
        not SearchTier.Scalar when length >= 32 => Utf8Validation<Vec128>.IndexOfInvalid(text, length),
        _ => ScalarUtf8.IndexOfInvalid(text, 0, length),
    };

    // Continuation bytes are those from 0x80 to 0xBF.
    internal static nint CountContinuations(SearchTier tier, byte* text, nint length)
    {
        SetTable continuations = default;
        for (int value = 0x80; value < 0xC0; value++) continuations.Add((byte)value);
        return SetKernels.Count(tier, text, length, in continuations);
    }
}
