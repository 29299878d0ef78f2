using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Gabbro.Search;

/// <summary>What the processor offers and which tier searches use by default.</summary>
/// <remarks>
/// The default is decided once, in this order: the environment variable <c>GABBRO_SEARCH_TIER</c>, the
/// <see cref="AppContext"/> value <c>Gabbro.Search.Tier</c> (both take the names of <see cref="SearchTier"/>), then the
/// widest tier for which the runtime reports hardware acceleration. A forced tier that the machine lacks falls to the
/// widest supported one below it. Thread-safe; does not allocate but for <see cref="Describe"/>.
/// </remarks>
public static class SearchFeatures
{
    /// <summary>The environment variable that forces the default tier.</summary>
    public const string TierVariable = "GABBRO_SEARCH_TIER";

    /// <summary>The <see cref="AppContext"/> data name that forces the default tier.</summary>
    public const string TierSwitch = "Gabbro.Search.Tier";

    // Chosen in a field initializer so that compiled code sees a constant and the dispatch folds away.
    private static readonly SearchTier Chosen = Choose(
        Environment.GetEnvironmentVariable(TierVariable), AppContext.GetData(TierSwitch) as string);

    /// <summary>The tier used where none was asked for.</summary>
    public static SearchTier Default => Chosen;

    /// <summary>The widest tier this machine can execute, whether or not it is the default.</summary>
    public static SearchTier Widest =>
        IsSupported(SearchTier.Avx512) ? SearchTier.Avx512
        : IsSupported(SearchTier.Avx2) ? SearchTier.Avx2
        : IsSupported(SearchTier.Vector128) ? SearchTier.Vector128
        : SearchTier.Scalar;

    /// <summary>Whether this machine can execute <paramref name="tier"/>.</summary>
    /// <param name="tier">The tier; <see cref="SearchTier.Auto"/> is always supported.</param>
    /// <returns><see langword="true"/> if a finder can be forced to that tier.</returns>
    public static bool IsSupported(SearchTier tier) => tier switch
    {
        SearchTier.Auto or SearchTier.Scalar => true,
        SearchTier.Vector128 => Vector128.IsHardwareAccelerated,
        SearchTier.Avx2 => Avx2.IsSupported,
        SearchTier.Avx512 => Avx512BW.IsSupported && Avx512BW.VL.IsSupported,
        _ => false,
    };

    /// <summary>One line for people: the detected vector extensions and the tier in use.</summary>
    /// <returns>For example <c>SSE4.2, AVX2, BMI2, AVX512BW, AVX512VBMI; using Avx512</c>.</returns>
    public static string Describe()
    {
        StringBuilder text = new();
        Append(text, Sse2.IsSupported, "SSE2");
        Append(text, Ssse3.IsSupported, "SSSE3");
        Append(text, Sse42.IsSupported, "SSE4.2");
        Append(text, Avx2.IsSupported, "AVX2");
        Append(text, Bmi2.IsSupported, "BMI2");
        Append(text, Avx512BW.IsSupported, "AVX512BW");
        Append(text, Avx512Vbmi.IsSupported, "AVX512VBMI");
        Append(text, System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported, "AdvSIMD");
        if (text.Length == 0) text.Append("none");
        return text.Append("; using ").Append(Default).ToString();
    }

    /// <summary>Turns a requested tier into one to run.</summary>
    /// <exception cref="PlatformNotSupportedException">The machine cannot execute <paramref name="tier"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tier"/> is no member of the enumeration.</exception>
    internal static SearchTier Resolve(SearchTier tier)
    {
        if (tier == SearchTier.Auto) return Default;
        if (tier is < SearchTier.Auto or > SearchTier.Avx512)
            throw new ArgumentOutOfRangeException(nameof(tier), tier, "No such search tier.");
        return IsSupported(tier)
            ? tier
            : throw new PlatformNotSupportedException($"The processor cannot execute the search tier {tier}.");
    }

    internal static SearchTier Choose(string? variable, string? data)
    {
        // Vector512.IsHardwareAccelerated is false on processors that slow down under 512-bit code though they have it.
        SearchTier best = Vector512.IsHardwareAccelerated && IsSupported(SearchTier.Avx512) ? SearchTier.Avx512
            : Vector256.IsHardwareAccelerated && IsSupported(SearchTier.Avx2) ? SearchTier.Avx2
            : IsSupported(SearchTier.Vector128) ? SearchTier.Vector128
            : SearchTier.Scalar;
        foreach (string? wish in (ReadOnlySpan<string?>)[variable, data])
        {
            if (wish is null || !Enum.TryParse(wish, ignoreCase: true, out SearchTier tier)) continue;
            if (tier == SearchTier.Auto || !Enum.IsDefined(tier)) return best;
            while (!IsSupported(tier)) tier--;
            return tier;
        }
        return best;
    }

    private static void Append(StringBuilder text, bool present, string name)
    {
        if (present) text.Append(text.Length == 0 ? "" : ", ").Append(name);
    }
}
