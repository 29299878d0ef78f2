using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Net;

/// <summary>What streams promise, on every backend.</summary>
[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.Available))]
public sealed class StreamSocketTests(string backend)
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
    public void ReadAsync_PingPong_CarriesBytes() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        byte[] buffer = new byte[16];
        for (int i = 0; i < 100; i++)
        {
            await client.WriteAsync(new byte[] { (byte)i });
            Assert.That(await server.ReadAsync(buffer), Is.EqualTo(1));
            Assert.That(buffer[0], Is.EqualTo((byte)i));
            await server.WriteAsync(buffer.AsMemory(0, 1));
            ReadOnlyMemory<byte> borrowed = await client.ReadBorrowedAsync();
            Assert.That(borrowed.Span[0], Is.EqualTo((byte)i));
        }

        client.Dispose();
        Assert.That(await server.ReadAsync(buffer), Is.Zero);
        Assert.That(await server.ReadAsync(buffer), Is.Zero, "the end stays the end");
        server.Dispose();
        server.Dispose();
    });

    [Test]
    public void WriteAsync_MoreThanFits_WaitsForTheReaderAndKeepsOrder() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        byte[] sent = new byte[3_000_000];
        new Random(5).NextBytes(sent);
        async Task WriteAll()
        {
            await client.WriteAsync(sent.AsMemory(0, 1_000_000), sent.AsMemory(1_000_000, 1_000_000));
            await client.WriteAsync(sent.AsMemory(2_000_000));
            client.Shutdown();
        }

        Task writing = WriteAll();
        byte[] received = new byte[sent.Length + 10];
        int count = 0;
        int read;
        while ((read = await server.ReadAsync(received.AsMemory(count))) > 0)
        {
            count += read;
            if (count % 7 == 0)
                await Loop.Yield();
        }

        await writing;
        Assert.That(received.AsSpan(0, count).SequenceEqual(sent), Is.True);
        client.Dispose();
        server.Dispose();
    });

    [Test]
    public void ReadAsync_SecondWhileOneIsPending_Throws() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        byte[] buffer = new byte[1];
        ValueTask<int> first = server.ReadAsync(buffer);
        Assert.That(() => { _ = server.ReadAsync(new byte[1]).AsTask(); }, Throws.InvalidOperationException);
        Assert.That(server.IsReading, Is.True);
        await client.WriteAsync(new byte[] { 9 });
        Assert.That(await first, Is.EqualTo(1));
        await Assert.ThatAsync(async () => await first, Throws.InvalidOperationException, "a second await");
        client.Dispose();
        server.Dispose();
    });

    [Test]
    public void ReadAsync_Canceled_LosesNothing() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        byte[] buffer = new byte[4];
        for (int i = 0; i < 5; i++)
        {
            using CancellationTokenSource cancel = new();
            ValueTask<int> read = server.ReadAsync(buffer, cancel.Token);
            Loop.Post(cancel.Cancel);
            OperationCanceledException? thrown = null;
            try
            {
                await read;
            }
            catch (OperationCanceledException e)
            {
                thrown = e;
            }

            Assert.That(thrown?.CancellationToken, Is.EqualTo(cancel.Token));
        }

        await client.WriteAsync(new byte[] { 1, 2, 3 });
        int count = 0;
        while (count < 3)
            count += await server.ReadAsync(buffer.AsMemory(count));
        Assert.That(buffer[..3], Is.EqualTo((byte[])[1, 2, 3]));
        client.Dispose();
        server.Dispose();
    });

    [Test]
    public void Dispose_WhileReadIsPending_FailsTheRead() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        ValueTask<int> read = server.ReadAsync(new byte[1]);
        Loop.Post(server.Dispose);
        Exception? thrown = null;
        try
        {
            await read;
        }
        catch (Exception e)
        {
            thrown = e;
        }

        Assert.That(thrown, Is.TypeOf<ObjectDisposedException>());
        Assert.That(() => { _ = server.ReadAsync(new byte[1]).AsTask(); }, Throws.TypeOf<ObjectDisposedException>());
        client.Dispose();
    });

    [Test]
    public void Dispose_WhileWriteIsPending_FailsTheWrite() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        Task writing = client.WriteAsync(new byte[32_000_000]).AsTask();
        await Loop.DelayAsync(TimeSpan.FromMilliseconds(20));
        Assert.That(writing.IsCompleted, Is.False);
        client.Dispose();
        await Assert.ThatAsync(async () => await writing, Throws.TypeOf<ObjectDisposedException>());
        server.Dispose();
    });

    [Test]
    public void ReadAsync_PeerResets_Throws() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        client.Abort();
        PlatformException? thrown = null;
        try
        {
            while (await server.ReadAsync(new byte[100]) > 0)
            {
            }
        }
        catch (PlatformException e)
        {
            thrown = e;
        }

        Assert.That(thrown?.Kind, Is.EqualTo(ErrorKind.ConnectionReset));
        server.Dispose();
    });

    [Test]
    public void Shutdown_HalfClosed_StillReads() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        await client.WriteAsync("ping"u8.ToArray());
        client.Shutdown();
        int total = 0;
        byte[] buffer = new byte[100];
        int read;
        while ((read = await server.ReadAsync(buffer)) > 0)
            total += read;
        Assert.That(total, Is.EqualTo(4));
        await server.WriteAsync("answer"u8.ToArray());
        server.Dispose();
        total = 0;
        while ((read = await client.ReadAsync(buffer)) > 0)
            total += read;
        Assert.That(total, Is.EqualTo(6));
        client.Dispose();
    });

    [Test]
    public void CloseGracefullyAsync_UnreadInput_DoesNotDestroyTheAnswer() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        await client.WriteAsync(new byte[3000]);
        await server.ReadAsync(new byte[10]);
        await server.WriteAsync(new byte[2000]);
        Task closing = server.CloseGracefullyAsync().AsTask();
        int total = 0;
        int read;
        while ((read = await client.ReadAsync(new byte[100])) > 0)
            total += read;
        Assert.That(total, Is.EqualTo(2000));
        client.Dispose();
        await closing;
    });

    [Test]
    public void ConnectAsync_NobodyListens_IsRefused() => _world.Run(async () =>
    {
        StreamListener listener = Loop.Listen(LoopWorld.AnyPort);
        SocketEndpoint address = listener.LocalAddress;
        listener.Dispose();
        int before = Loop.Statistics.OpenDevices;
        PlatformException? thrown = null;
        try
        {
            await Loop.ConnectAsync(address);
        }
        catch (PlatformException e)
        {
            thrown = e;
        }

        Assert.That(thrown?.Kind, Is.EqualTo(ErrorKind.ConnectionRefused));
        Assert.That(thrown!.Message, Does.Contain(address.ToString()));
        Assert.That(Loop.Statistics.OpenDevices, Is.EqualTo(before));
    });

    [Test]
    public void AcceptAllAsync_UntilDisposed_GivesEveryConnection() => _world.Run(async () =>
    {
        StreamListener listener = Loop.Listen(LoopWorld.AnyPort);
        Assert.That(() => Loop.Listen(listener.LocalAddress), Throws.TypeOf<PlatformException>().With.Property("Kind").EqualTo(ErrorKind.AddressInUse));
        List<StreamSocket> clients = [];
        async Task ConnectMany()
        {
            for (int i = 0; i < 50; i++)
                clients.Add(await Loop.ConnectAsync(listener.LocalAddress));
        }

        Task connecting = ConnectMany();
        int accepted = 0;
        await foreach (StreamSocket connection in listener.AcceptAllAsync())
        {
            connection.Dispose();
            if (++accepted == 50)
                listener.Dispose();
        }

        await connecting;
        Assert.That(accepted, Is.EqualTo(50));
        foreach (StreamSocket client in clients)
            client.Dispose();
        Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
    });

    [Test]
    public void AcceptAsync_CanceledAndDisposed_Ends() => _world.Run(async () =>
    {
        StreamListener listener = Loop.Listen(LoopWorld.AnyPort);
        using CancellationTokenSource cancel = new();
        Task<StreamSocket> accept = listener.AcceptAsync(cancel.Token).AsTask();
        Assert.That(() => { _ = listener.AcceptAsync().AsTask(); }, Throws.InvalidOperationException);
        await cancel.CancelAsync();
        await Assert.ThatAsync(async () => await accept, Throws.InstanceOf<OperationCanceledException>());
        accept = listener.AcceptAsync().AsTask();
        listener.Dispose();
        await Assert.ThatAsync(async () => await accept, Throws.TypeOf<ObjectDisposedException>());
    });

    [Test]
    public void ReadAsync_OneBusyConnection_DoesNotStarveTheOthers() => _world.Run(async () =>
    {
        (StreamSocket busyClient, StreamSocket busyServer) = await ConnectAsync();
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        bool stop = false;
        long busyReads = 0;
        async Task Flood()
        {
            byte[] block = new byte[4096];
            while (!stop)
                await busyClient.WriteAsync(block);
            busyClient.Dispose();
        }

        async Task Drain()
        {
            byte[] one = new byte[16];
            while (await busyServer.ReadAsync(one) > 0)
                busyReads++;
        }

        Task flooding = Flood();
        Task draining = Drain();
        byte[] buffer = new byte[1];
        for (int i = 0; i < 20; i++)
        {
            await client.WriteAsync(new byte[] { 1 });
            Assert.That(await server.ReadAsync(buffer), Is.EqualTo(1));
        }

        stop = true;
        await flooding;
        await draining;
        Assert.That(busyReads, Is.GreaterThan(0));
        client.Dispose();
        server.Dispose();
        busyServer.Dispose();
    });

    [Test]
    public void ReadAsync_Warm_AllocatesNothing()
    {
        if (backend.StartsWith("Simulated", StringComparison.Ordinal))
            Assert.Pass("The simulated network allocates its segments.");
        long allocated = -1;
        _world.Loop.Run(async () =>
        {
            (StreamSocket client, StreamSocket server) = await ConnectAsync();
            byte[] message = new byte[100];
            byte[] buffer = new byte[200];
            async Task Serve()
            {
                byte[] mine = new byte[200];
                int count;
                while ((count = await server.ReadAsync(mine)) > 0)
                    await server.WriteAsync(mine.AsMemory(0, count));
            }

            Task serving = Serve();
            AllocationWindows windows = new();
            for (int i = 0; i < AllocationWindows.Iterations; i++)
            {
                windows.Tick();
                await client.WriteAsync(message);
                if (i % 2 == 0)
                    await client.ReadAsync(buffer);
                else
                    await client.ReadBorrowedAsync();
            }

            allocated = windows.Least;
            client.Dispose();
            await serving;
            server.Dispose();
        });
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Datagrams_SendAndReceive_CarryAddresses() => _world.Run(async () =>
    {
        using DatagramSocket first = Loop.OpenDatagram(LoopWorld.AnyPort);
        using DatagramSocket second = Loop.OpenDatagram(LoopWorld.AnyPort);
        byte[] buffer = new byte[100];
        for (int i = 0; i < 20; i++)
        {
            ValueTask<ReceivedDatagram> receive = second.ReceiveAsync(buffer);
            await first.SendAsync(new byte[] { (byte)i, 7 }, second.LocalAddress);
            ReceivedDatagram received = await receive;
            Assert.That((received.Length, buffer[0]), Is.EqualTo((2, (byte)i)));
            Assert.That(received.From, Is.EqualTo(first.LocalAddress));
        }

        using CancellationTokenSource cancel = new();
        Task<ReceivedDatagram> pending = second.ReceiveAsync(buffer, cancel.Token).AsTask();
        Assert.That(() => { _ = second.ReceiveAsync(buffer).AsTask(); }, Throws.InvalidOperationException);
        await cancel.CancelAsync();
        await Assert.ThatAsync(async () => await pending, Throws.InstanceOf<OperationCanceledException>());
    });

    [Test]
    public void ConnectAsync_ByName_Resolves()
    {
        if (Loop.Backend == BackendKind.Simulated)
            Assert.Pass("Names are resolved by the real system.");
        _world.Run(async () =>
        {
            using StreamListener listener = Loop.Listen(SocketEndpoint.AnyIPv4(0));
            ValueTask<StreamSocket> accept = listener.AcceptAsync();
            using StreamSocket client = await Loop.ConnectAsync("localhost", listener.LocalAddress.Port);
            (await accept).Dispose();
        });
    }
}
