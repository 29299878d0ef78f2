using System.Globalization;

namespace Gabbro.Storage.Tests;

/// <summary>How deep randomised tests go, and from which seed.</summary>
internal static class TestEffort
{
    /// <summary>GABBRO_TEST_EFFORT: a factor for iteration counts.</summary>
    public static double Factor { get; } = double.TryParse(
        Environment.GetEnvironmentVariable("GABBRO_TEST_EFFORT"), CultureInfo.InvariantCulture, out var factor) ? factor : 1;

    /// <summary>A count scaled by the effort, at least one.</summary>
    public static int Times(int count) => Math.Max(1, (int)(count * Factor));

    /// <summary>GABBRO_TEST_SEED, or a fresh seed; printed, so that a failure can be replayed.</summary>
    public static int Seed()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("GABBRO_TEST_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}; replay with GABBRO_TEST_SEED={seed}");
        return seed;
    }
}
