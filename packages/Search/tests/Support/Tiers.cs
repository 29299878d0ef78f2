namespace Gabbro.Search.Tests.Support;

/// <summary>The tiers this machine can execute, as fixture arguments.</summary>
internal static class Tiers
{
    public static IEnumerable<SearchTier> Supported =>
        Enum.GetValues<SearchTier>().Where(tier => tier != SearchTier.Auto && SearchFeatures.IsSupported(tier));
}
