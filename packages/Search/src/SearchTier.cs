namespace Gabbro.Search;

/// <summary>The instruction set a search runs on, from plain 64-bit registers to 512-bit vectors.</summary>
/// <remarks>Every tier returns the same answers; only the time differs. See <see cref="SearchFeatures"/> for what this
/// machine has and what was chosen.</remarks>
public enum SearchTier
{
    /// <summary>The widest tier that this machine runs well, see <see cref="SearchFeatures.Default"/>.</summary>
    Auto = 0,

    /// <summary>No vector instructions: eight bytes at a time in general registers. Runs everywhere.</summary>
    Scalar = 1,

    /// <summary>16-byte vectors: SSE2 with SSSE3 shuffles on x64, AdvSIMD on Arm64.</summary>
    Vector128 = 2,

    /// <summary>32-byte vectors: AVX2.</summary>
    Avx2 = 3,

    /// <summary>64-byte vectors with mask registers: AVX-512 F, BW and VL.</summary>
    Avx512 = 4,
}
