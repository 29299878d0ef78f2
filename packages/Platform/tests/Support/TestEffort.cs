namespace Gabbro.Platform.Tests;

/// <summary>How deep the tests go: GABBRO_TEST_EFFORT multiplies iteration counts; 1 when not set.</summary>
internal static class TestEffort
{
    internal static int Level { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("GABBRO_TEST_EFFORT"), out int level) && level > 0 ? level : 1;

    internal static int Scale(int count) => checked(count * Level);
}
