namespace Gabbro.Search.Tests.Support;

/// <summary>How much randomised testing to do, and from which seed.</summary>
internal static class Effort
{
    internal static int Scale { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("GABBRO_TEST_EFFORT"), out int scale) && scale > 0 ? scale : 1;

    /// <summary>A generator whose seed is printed, or taken from GABBRO_TEST_SEED.</summary>
    internal static Random Random()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("GABBRO_TEST_SEED"), out int seed))
            seed = Environment.TickCount ^ System.Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed} (replay with GABBRO_TEST_SEED={seed})");
        return new Random(seed);
    }
}
