using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;
using Gabbro.Reactor.Simulation;

namespace Gabbro.Reactor.Tests.Simulation;

public sealed class SimulatedWorldTests
{
    [Test]
    public void Run_SameSeed_GivesTheSameRun()
    {
        SimulationOptions Options(ulong seed) => new() { Seed = seed, ShortReads = 0.5, ShortWrites = 0.5, DatagramLoss = 0.3, DatagramDuplication = 0.2 };
        string first = Trace(Options(7));
        Assert.That(Trace(Options(7)), Is.EqualTo(first));
        Assert.That(Trace(Options(8)), Is.Not.EqualTo(first));
    }

    [Test]
    public void Run_YearOfTimers_TakesNoTime()
    {
        using SimulatedWorld world = new();
        world.Loop.Run(async () => await world.Loop.DelayAsync(TimeSpan.FromDays(365)));
        Assert.That(world.Elapsed, Is.GreaterThanOrEqualTo(TimeSpan.FromDays(365)));
        Assert.That(world.Loop.TimeProvider.GetUtcNow().Year, Is.EqualTo(2000));
    }

    [Test]
    public void Break_Connection_FailsBothEnds()
    {
        using SimulatedWorld world = new();
        world.Loop.Run(async () =>
        {
            (StreamSocket first, StreamSocket second) = world.CreatePair();
            Task<int> read = first.ReadAsync(new byte[1]).AsTask();
            world.Break(second);
            await Assert.ThatAsync(async () => await read, Throws.TypeOf<PlatformException>());
            await Assert.ThatAsync(async () => await second.WriteAsync(new byte[1]), Throws.TypeOf<PlatformException>());
        });
    }

    [Test]
    public void AcceptAsync_DescriptorsExhausted_WaitsWithoutSpinningAndGoesOn()
    {
        SimulationOptions options = new() { MaxDescriptors = 4 };
        using SimulatedWorld world = new(options);
        world.Loop.Run(async () =>
        {
            using StreamListener listener = world.Loop.Listen(LoopWorld.AnyPort);
            StreamSocket[] clients = [await world.Loop.ConnectAsync(listener.LocalAddress), await world.Loop.ConnectAsync(listener.LocalAddress)];
            StreamSocket first = await listener.AcceptAsync();
            Task<StreamSocket> second = listener.AcceptAsync().AsTask();
            long turns = world.Loop.Statistics.Turns;
            await world.Loop.DelayAsync(TimeSpan.FromSeconds(2));
            Assert.That(second.IsCompleted, Is.False);
            Assert.That(world.Loop.Statistics.Turns - turns, Is.LessThan(500));
            Assert.That(world.Loop.AcceptsRefused, Is.GreaterThan(0));
            first.Dispose();
            (await second).Dispose();
            foreach (StreamSocket client in clients)
                client.Dispose();
        });
    }

    [Test]
    public void Run_NothingCanHappen_IsReportedAsStuck()
    {
        using SimulatedWorld world = new();
        world.StuckAfter = TimeSpan.FromMilliseconds(50);
        Assert.That(
            () => world.Loop.Run(() => new TaskCompletionSource().Task),
            Throws.InvalidOperationException.With.Message.Contains("stuck"));
    }

    private static string Trace(SimulationOptions options)
    {
        using SimulatedWorld world = new(options);
        List<string> trace = [];
        world.Loop.Run(async () =>
        {
            using StreamListener listener = world.Loop.Listen(LoopWorld.AnyPort);
            async Task Client(int id)
            {
                using StreamSocket stream = await world.Loop.ConnectAsync(listener.LocalAddress);
                await stream.WriteAsync(new byte[1000 + id]);
                stream.Shutdown();
                int read;
                while ((read = await stream.ReadAsync(new byte[500])) > 0)
                    trace.Add($"{world.Elapsed.Ticks} {id} {read}");
            }

            async Task Serve()
            {
                await foreach (StreamSocket stream in listener.AcceptAllAsync())
                {
                    world.Loop.Spawn(async () =>
                    {
                        int read;
                        byte[] buffer = new byte[300];
                        while ((read = await stream.ReadAsync(buffer)) > 0)
                            await stream.WriteAsync(buffer.AsMemory(0, read));
                        stream.Dispose();
                    });
                }
            }

            world.Loop.Spawn(Serve);
            await Task.WhenAll(Client(1), Client(2), Client(3));
        });
        return string.Join('\n', trace);
    }
}
