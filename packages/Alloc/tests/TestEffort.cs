namespace Gabbro.Alloc.Tests;

/// <summary>How deep randomised tests go: GABBRO_TEST_EFFORT multiplies iterations, GABBRO_TEST_SEED replays a run.</summary>
internal static class TestEffort
{
    public static int Factor { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("GABBRO_TEST_EFFORT"), out int factor) && factor > 0 ? factor : 1;

    /// <summary>The seed of a randomised test, printed so that a failure can be replayed.</summary>
    public static int Seed()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("GABBRO_TEST_SEED"), out int given) ? given : Random.Shared.Next();
        TestContext.Out.WriteLine($"GABBRO_TEST_SEED={seed}");
        return seed;
    }
}
