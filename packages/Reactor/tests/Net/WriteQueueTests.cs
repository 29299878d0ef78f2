using Gabbro.Platform;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Net;

[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.Available))]
public sealed class WriteQueueTests(string backend)
{
    private LoopWorld _world = null!;

    private EventLoop Loop => _world.Loop;

    [SetUp]
    public void Create() => _world = LoopWorld.Create(backend);

    [TearDown]
    public void End() => _world.Dispose();

    private async Task<(StreamSocket Client, StreamSocket Server)> ConnectAsync()
    {
        using StreamListener listener = Loop.Listen(LoopWorld.AnyPort);
        ValueTask<StreamSocket> accept = listener.AcceptAsync();
        StreamSocket client = await Loop.ConnectAsync(listener.LocalAddress);
        return (client, await accept);
    }

    [Test]
    public void Write_PastTheHighMark_PausesUntilTheLowOne() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        WriteQueue queue = new(client, highWater: 10_000, lowWater: 2_000);
        byte[] block = new byte[1_000];
        long sent = 0;
        bool stop = false;
        int pauses = 0;
        async Task Produce()
        {
            while (!stop)
            {
                sent += block.Length;
                if (queue.Write(block))
                    continue;
                pauses++;
                Assert.That(queue.IsPaused, Is.True);
                Assert.That(queue.QueuedBytes, Is.InRange(10_000, 10_999), "the mark bounds what a slow peer costs");
                await queue.WaitForRoomAsync();
                Assert.That(queue.IsPaused, Is.False);
                Assert.That(queue.QueuedBytes, Is.LessThanOrEqualTo(2_000));
            }

            await queue.FlushAsync();
            Assert.That(queue.QueuedBytes, Is.Zero);
            client.Shutdown();
        }

        Task producing = Produce();
        long received = 0;
        byte[] buffer = new byte[8_000];
        for (int count; (count = await server.ReadAsync(buffer)) > 0;)
        {
            received += count;
            stop = received > 500_000;
        }

        await producing;
        Assert.That(received, Is.EqualTo(sent));
        Assert.That(pauses, Is.GreaterThan(2));
        client.Dispose();
        server.Dispose();
    });

    [Test]
    public void Write_SmallPieces_GoOutTogetherInOrder() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        WriteQueue queue = new(client);
        for (int i = 0; i < 200; i++)
        {
            if (i % 2 == 0)
            {
                queue.Write([(byte)i]);
            }
            else
            {
                queue.GetMemory(1).Span[0] = (byte)i;
                queue.Advance(1);
            }
        }

        Assert.That(queue.QueuedBytes, Is.EqualTo(200), "nothing goes out before the turn ends");
        byte[] buffer = new byte[400];
        int count = 0;
        while (count < 200)
            count += await server.ReadAsync(buffer.AsMemory(count));
        Assert.That(buffer[..200], Is.EqualTo(Enumerable.Range(0, 200).Select(i => (byte)i)));
        await queue.FlushAsync();
        Assert.That(() => queue.Advance(1 << 20), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => queue.GetMemory(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new WriteQueue(client, 10, 10), Throws.TypeOf<ArgumentOutOfRangeException>());
        client.Dispose();
        Assert.That(() => queue.Write([1]), Throws.TypeOf<ObjectDisposedException>());
        server.Dispose();
    });

    [Test]
    public void WaitAndFlush_CanceledOrBroken_SurfaceAtTheWaiter() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        WriteQueue queue = new(client, 1000, 100);
        while (queue.QueuedBytes < 30_000_000)
            queue.Write(new byte[1_000_000]);
        using CancellationTokenSource cancel = new();
        Task room = queue.WaitForRoomAsync(cancel.Token).AsTask();
        Task flush = queue.FlushAsync(cancel.Token).AsTask();
        Assert.That(() => queue.FlushAsync(), Throws.InvalidOperationException);
        Assert.That(() => queue.WaitForRoomAsync(), Throws.InvalidOperationException);
        await cancel.CancelAsync();
        await Assert.ThatAsync(async () => await room, Throws.InstanceOf<OperationCanceledException>());
        await Assert.ThatAsync(async () => await flush, Throws.InstanceOf<OperationCanceledException>());

        room = queue.WaitForRoomAsync().AsTask();
        flush = queue.FlushAsync().AsTask();
        server.Abort();
        await Assert.ThatAsync(async () => await room, Throws.TypeOf<PlatformException>());
        await Assert.ThatAsync(async () => await flush, Throws.TypeOf<PlatformException>());
        Assert.That(() => queue.Write([1]), Throws.TypeOf<PlatformException>(), "every later call is told too");
        Assert.That(queue.QueuedBytes, Is.Zero);
        client.Dispose();
    });

    [Test]
    public void Dispose_OfTheStream_FailsTheWaiters() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        WriteQueue queue = new(client, 1000, 100);
        queue.Write(new byte[30_000_000]);
        Task flush = queue.FlushAsync().AsTask();
        Loop.Post(client.Dispose);
        await Assert.ThatAsync(async () => await flush, Throws.TypeOf<ObjectDisposedException>());
        server.Dispose();
    });

    [Test]
    public void Write_Warm_AllocatesNothing()
    {
        if (backend.StartsWith("Simulated", StringComparison.Ordinal))
            Assert.Pass("The simulated network allocates its segments.");
        long allocated = -1;
        _world.Run(async () =>
        {
            (StreamSocket client, StreamSocket server) = await ConnectAsync();
            WriteQueue queue = new(client, 2000, 1000);
            byte[] message = new byte[300];
            byte[] buffer = new byte[4000];
            AllocationWindows windows = new();
            for (int i = 0; i < AllocationWindows.Iterations; i++)
            {
                windows.Tick();
                for (int j = 0; j < 8; j++)
                    queue.Write(message);
                await queue.WaitForRoomAsync();
                await queue.FlushAsync();
                for (int count = 0; count < 2400;)
                    count += await server.ReadAsync(buffer);
            }

            allocated = windows.Least;
            client.Dispose();
            server.Dispose();
        });
        Assert.That(allocated, Is.Zero);
    }
}
