using Gabbro.Reactor.Http.Client;
using Gabbro.Reactor.Simulation;

namespace Gabbro.Reactor.Tests.Http.Client;

/// <summary>A simulated world for one test of the client.</summary>
internal static class ClientWorld
{
    public static void InWorld(Func<EventLoop, Task> test)
    {
        using SimulatedWorld world = new(new SimulationOptions { Seed = TestEffort.Seed() });
        world.Loop.Run(async () =>
        {
            await test(world.Loop);
            Assert.That(world.Loop.Statistics.OpenDevices, Is.Zero, "nothing is left open");
        });
    }

    public static async Task<HttpClientException> FailureAsync(Func<ValueTask> action)
    {
        try
        {
            await action();
        }
        catch (HttpClientException exception)
        {
            return exception;
        }

        throw new AssertionException("The request succeeded.");
    }
}
