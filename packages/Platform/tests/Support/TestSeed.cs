namespace Gabbro.Platform.Tests;

/// <summary>Seeds of randomised tests: fresh ones, printed; or the one of GABBRO_TEST_SEED, to replay a failure.</summary>
internal static class TestSeed
{
    internal static int Next()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("GABBRO_TEST_SEED"), out int given) ? given : Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        return seed;
    }
}
