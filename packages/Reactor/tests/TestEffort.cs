namespace Gabbro.Reactor.Tests;

/// <summary>How long randomised tests run, and from which seed.</summary>
internal static class TestEffort
{
    /// <summary>Multiplies iteration counts; 1 by default.</summary>
    public static int Factor { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("GABBRO_TEST_EFFORT"), out int effort) && effort > 0 ? effort : 1;

    /// <summary>A seed that is new for every run unless GABBRO_TEST_SEED names one; printed so that a failure can be replayed.</summary>
    public static ulong Seed()
    {
        ulong seed = ulong.TryParse(Environment.GetEnvironmentVariable("GABBRO_TEST_SEED"), out ulong named)
            ? named : (ulong)Random.Shared.NextInt64();
        TestContext.Out.WriteLine($"GABBRO_TEST_SEED={seed}");
        return seed;
    }
}
