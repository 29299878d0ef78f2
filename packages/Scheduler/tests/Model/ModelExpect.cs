namespace Gabbro.Scheduler.Tests.Model;

/// <summary>
/// Expectations inside scenarios. They only throw: an assertion of the test framework would mark the test as failed even
/// where a failure is what the test is looking for.
/// </summary>
internal static class ModelExpect
{
    public static void That(bool condition, string message)
    {
        if (!condition)
            throw new ModelFailureException(message);
    }

    public static void Equal<T>(T actual, T expected) =>
        That(EqualityComparer<T>.Default.Equals(actual, expected), $"{actual} where {expected} was expected.");

    public static void EachOnce(int[] counts) =>
        That(counts.All(c => c == 1), $"Not each once: {string.Join(' ', counts)}.");
}
