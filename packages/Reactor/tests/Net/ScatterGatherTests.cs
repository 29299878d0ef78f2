using Gabbro.Platform;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Net;

[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.Available))]
public sealed class ScatterGatherTests(string backend)
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

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(63)]
    [TestCase(64)]
    [TestCase(65)]
    [TestCase(300)]
    public void WriteGatherAsync_Pieces_ArriveInOrder(int pieces) => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        Random random = new(pieces);
        ReadOnlyMemory<byte>[] list = new ReadOnlyMemory<byte>[pieces];
        using MemoryStream expected = new();
        for (int i = 0; i < pieces; i++)
        {
            byte[] piece = new byte[random.Next(3) == 0 ? 0 : random.Next(1, 5000)];
            random.NextBytes(piece);
            list[i] = piece;
            expected.Write(piece);
        }

        async Task Send()
        {
            await client.WriteGatherAsync(list);
            await client.WriteGatherAsync(default);
            await client.WriteGatherAsync(new ReadOnlyMemory<byte>[5]);
            client.Shutdown();
        }

        Task sending = Send();
        Memory<byte>[] into = [new byte[7], Memory<byte>.Empty, new byte[100], new byte[3000]];
        using MemoryStream received = new();
        for (int count; (count = await server.ReadScatterAsync(into)) > 0;)
        {
            foreach (Memory<byte> buffer in into)
            {
                int part = Math.Min(count, buffer.Length);
                received.Write(buffer.Span[..part]);
                count -= part;
            }

            Assert.That(count, Is.Zero);
        }

        await sending;
        Assert.That(received.ToArray().AsSpan().SequenceEqual(expected.ToArray()), Is.True);
        client.Dispose();
        server.Dispose();
    });

    [Test]
    public void WriteGatherAsync_MoreThanFits_WaitsAndKeepsOrder() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        byte[] block = new byte[10_000];
        new Random(1).NextBytes(block);
        Task sending = client.WriteGatherAsync(Enumerable.Repeat((ReadOnlyMemory<byte>)block, 300).ToArray()).AsTask();
        byte[] got = new byte[block.Length];
        for (int i = 0; i < 300; i++)
        {
            for (int count = 0; count < got.Length;)
                count += await server.ReadAsync(got.AsMemory(count));
            if (!got.AsSpan().SequenceEqual(block))
                Assert.Fail($"block {i}");
        }

        await sending;
        client.Dispose();
        server.Dispose();
    });

    [Test]
    public void ScatterAndGather_CanceledOrDisposed_End() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        Assert.That(() => server.ReadScatterAsync(default), Throws.ArgumentException);
        Assert.That(() => server.ReadScatterAsync(new Memory<byte>[1]), Throws.ArgumentException);
        using CancellationTokenSource cancel = new();
        Task<int> read = server.ReadScatterAsync(new Memory<byte>[] { new byte[1], new byte[1] }, cancel.Token).AsTask();
        Task write = client.WriteGatherAsync(Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[1_000_000], 50).ToArray(), cancel.Token).AsTask();
        await Loop.DelayAsync(TimeSpan.FromMilliseconds(5));
        await cancel.CancelAsync();
        await Assert.ThatAsync(async () => await write, Throws.InstanceOf<OperationCanceledException>());
        try
        {
            await read;
        }
        catch (OperationCanceledException)
        {
        }

        Assert.That((client.IsWriting, server.IsReading), Is.EqualTo((false, false)));
        client.Dispose();
        server.Dispose();
        Assert.That(() => server.WriteGatherAsync(default), Throws.TypeOf<ObjectDisposedException>());
    });

    [Test]
    public void WriteGatherAsync_PeerGone_Fails() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        server.Abort();
        PlatformException? failure = null;
        try
        {
            for (int i = 0; i < 1000; i++)
            {
                await client.WriteGatherAsync(new ReadOnlyMemory<byte>[] { new byte[100], new byte[100], new byte[100] });
                await Loop.DelayAsync(TimeSpan.FromMilliseconds(1));
            }
        }
        catch (PlatformException exception)
        {
            failure = exception;
        }

        Assert.That(failure?.Kind, Is.EqualTo(ErrorKind.ConnectionReset).Or.EqualTo(ErrorKind.BrokenPipe));
        client.Dispose();
    });

    [Test]
    public void ScatterAndGather_Warm_AllocateNothing()
    {
        if (backend.StartsWith("Simulated", StringComparison.Ordinal))
            Assert.Pass("The simulated network allocates its segments.");
        long allocated = -1;
        _world.Run(async () =>
        {
            (StreamSocket client, StreamSocket server) = await ConnectAsync();
            ReadOnlyMemory<byte>[] pieces = [new byte[10], new byte[20], new byte[30], new byte[40]];
            Memory<byte>[] into = [new byte[50], new byte[60]];
            AllocationWindows windows = new();
            for (int i = 0; i < AllocationWindows.Iterations; i++)
            {
                windows.Tick();
                await client.WriteGatherAsync(pieces);
                for (int count = 0; count < 100;)
                    count += await server.ReadScatterAsync(into);
            }

            allocated = windows.Least;
            client.Dispose();
            server.Dispose();
        });
        Assert.That(allocated, Is.Zero);
    }
}
