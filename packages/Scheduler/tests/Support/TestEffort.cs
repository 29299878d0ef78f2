using System.Globalization;

namespace Gabbro.Scheduler.Tests;

/// <summary>Depth and seed of randomised tests, from the environment.</summary>
internal static class TestEffort
{
    public static int Scale { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("GABBRO_TEST_EFFORT"), CultureInfo.InvariantCulture, out var scale)
            ? Math.Max(1, scale)
            : 1;

    public static int Seed()
    {
        var text = Environment.GetEnvironmentVariable("GABBRO_TEST_SEED");
        var seed = int.TryParse(text, CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        TestContext.Out.WriteLine($"GABBRO_TEST_SEED={seed}");
        return seed;
    }
}
