namespace Gabbro.Platform.Tests;

/// <summary>Proves that an action allocates nothing once it is warm.</summary>
internal static class AllocationProbe
{
    internal static void AssertNone(Action action, int iterations = 1000)
    {
        // The first rounds may allocate: statics, tier-0 boxes. A tier-up in the middle of the measured rounds must not
        // count, so three attempts are allowed; one clean attempt of a thousand rounds is the proof.
        for (int i = 0; i < 200; i++) action();
        long best = long.MaxValue;
        for (int attempt = 0; attempt < 3 && best != 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < iterations; i++) action();
            best = Math.Min(best, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(best, Is.Zero, $"bytes allocated by {iterations} rounds");
    }
}
