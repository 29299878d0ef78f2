namespace Gabbro.Storage.Tests.BTree;

/// <summary>Seeds for random tests: printed with each test, replayed from GABBRO_TEST_SEED.</summary>
internal static class TestSeed
{
    public static int Next()
    {
        var text = Environment.GetEnvironmentVariable("GABBRO_TEST_SEED");
        var seed = text != null ? int.Parse(text) : Random.Shared.Next();
        TestContext.Out.WriteLine($"GABBRO_TEST_SEED={seed}");
        return seed;
    }
}
