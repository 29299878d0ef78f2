using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Net;

[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.Available))]
public sealed class DatagramBatchTests(string backend)
{
    private LoopWorld _world = null!;

    private EventLoop Loop => _world.Loop;

    [SetUp]
    public void Create() => _world = LoopWorld.Create(backend);

    [TearDown]
    public void End() => _world.Dispose();

    [TestCase(1)]
    [TestCase(64)]
    [TestCase(65)]
    [TestCase(150)]
    public void SendBatchAsync_AndReceiveBatchAsync_CarryEachWithItsSource(int count) => _world.Run(async () =>
    {
        using DatagramSocket first = Loop.OpenDatagram(LoopWorld.AnyPort);
        using DatagramSocket second = Loop.OpenDatagram(LoopWorld.AnyPort);
        OutgoingDatagram[] outgoing = new OutgoingDatagram[count];
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = new byte[1 + i % 50];
            bytes.AsSpan().Fill((byte)i);
            outgoing[i] = new OutgoingDatagram(bytes, second.LocalAddress);
        }

        byte[] buffer = new byte[100 * 40];
        ReceivedDatagram[] received = new ReceivedDatagram[200];
        ValueTask<int> receive = second.ReceiveBatchAsync(buffer, 40, received);
        await first.SendBatchAsync(outgoing);
        bool[] seen = new bool[count];
        for (int total = 0; total < count;)
        {
            int got = await receive;
            Assert.That(got, Is.InRange(1, 100));
            for (int i = 0; i < got; i++)
            {
                int number = buffer[i * 40];
                Assert.That(received[i].From, Is.EqualTo(first.LocalAddress));
                Assert.That(received[i].Length, Is.EqualTo(Math.Min(1 + number % 50, 40)), "what is longer than its slot is cut");
                Assert.That(buffer.AsSpan(i * 40, received[i].Length).IndexOfAnyExcept((byte)number), Is.EqualTo(-1));
                Assert.That(seen[number], Is.False);
                seen[number] = true;
            }

            total += got;
            if (total < count)
                receive = second.ReceiveBatchAsync(buffer, 40, received);
        }

        Assert.That(seen, Has.All.True);
        await first.SendBatchAsync(default);
    });

    [Test]
    public void Batches_CanceledOrWrong_End() => _world.Run(async () =>
    {
        DatagramSocket socket = Loop.OpenDatagram(LoopWorld.AnyPort);
        ReceivedDatagram[] received = new ReceivedDatagram[4];
        Assert.That(() => socket.ReceiveBatchAsync(new byte[10], 11, received), Throws.ArgumentException);
        Assert.That(() => socket.ReceiveBatchAsync(new byte[10], 0, received), Throws.TypeOf<ArgumentOutOfRangeException>());
        using CancellationTokenSource cancel = new();
        Task<int> receive = socket.ReceiveBatchAsync(new byte[100], 25, received, cancel.Token).AsTask();
        Assert.That(() => socket.ReceiveAsync(new byte[1]), Throws.InvalidOperationException);
        await cancel.CancelAsync();
        await Assert.ThatAsync(async () => await receive, Throws.InstanceOf<OperationCanceledException>());
        await socket.SendAsync(new byte[] { 1, 2 }, socket.LocalAddress);
        byte[] buffer = new byte[100];
        Assert.That(await socket.ReceiveBatchAsync(buffer, 25, received), Is.EqualTo(1));
        Assert.That(received[0].Length, Is.EqualTo(2));
        receive = socket.ReceiveBatchAsync(buffer, 25, received).AsTask();
        Loop.Post(socket.Dispose);
        await Assert.ThatAsync(async () => await receive, Throws.TypeOf<ObjectDisposedException>());
    });

    [Test]
    public void SendBatchAsync_OneTooLong_FailsBehindTheOthers()
    {
        if (backend.StartsWith("Simulated", StringComparison.Ordinal))
            Assert.Pass("A simulated network carries any length.");
        _world.Run(async () =>
        {
            using DatagramSocket first = Loop.OpenDatagram(LoopWorld.AnyPort);
            using DatagramSocket second = Loop.OpenDatagram(LoopWorld.AnyPort);
            OutgoingDatagram[] outgoing = [new(new byte[5], second.LocalAddress), new(new byte[70_000], second.LocalAddress), new(new byte[6], second.LocalAddress)];
            PlatformException? failure = null;
            try
            {
                await first.SendBatchAsync(outgoing);
            }
            catch (PlatformException exception)
            {
                failure = exception;
            }

            Assert.That(failure?.Kind, Is.EqualTo(ErrorKind.MessageTooLong));
            Assert.That((await second.ReceiveAsync(new byte[100])).Length, Is.EqualTo(5));
        });
    }

    [Test]
    public void UnixDatagrams_CarryNames()
    {
        if (!OperatingSystem.IsLinux() || backend.StartsWith("Simulated", StringComparison.Ordinal))
            Assert.Pass("Abstract names are of Linux.");
        _world.Run(async () =>
        {
            string name = $"unix:@gabbro-{Guid.NewGuid():N}";
            using DatagramSocket first = Loop.OpenDatagram(SocketEndpoint.Parse(name + "-a"));
            using DatagramSocket second = Loop.OpenDatagram(SocketEndpoint.Parse(name + "-b"));
            await first.SendBatchAsync(new OutgoingDatagram[] { new(new byte[] { 1 }, second.LocalAddress), new(new byte[] { 2, 2 }, second.LocalAddress) });
            ReceivedDatagram[] received = new ReceivedDatagram[4];
            byte[] buffer = new byte[40];
            int count = await second.ReceiveBatchAsync(buffer, 10, received);
            if (count == 1)
                count += await second.ReceiveBatchAsync(buffer.AsMemory(10), 10, received.AsMemory(1));
            Assert.That(count, Is.EqualTo(2));
            Assert.That(received[1].From, Is.EqualTo(first.LocalAddress));
        });
    }

    [Test]
    public void Batches_Warm_AllocateNothing()
    {
        if (backend.StartsWith("Simulated", StringComparison.Ordinal))
            Assert.Pass("The simulated network allocates its datagrams.");
        long allocated = -1;
        _world.Run(async () =>
        {
            using DatagramSocket first = Loop.OpenDatagram(LoopWorld.AnyPort);
            using DatagramSocket second = Loop.OpenDatagram(LoopWorld.AnyPort);
            OutgoingDatagram[] outgoing = [new(new byte[50], second.LocalAddress), new(new byte[60], second.LocalAddress)];
            ReceivedDatagram[] received = new ReceivedDatagram[8];
            byte[] buffer = new byte[800];
            AllocationWindows windows = new();
            for (int i = 0; i < AllocationWindows.Iterations; i++)
            {
                windows.Tick();
                await first.SendBatchAsync(outgoing);
                for (int got = 0; got < 2;)
                    got += await second.ReceiveBatchAsync(buffer, 100, received);
                await first.SendAsync(buffer.AsMemory(0, 10), second.LocalAddress);
                await second.ReceiveAsync(buffer);
            }

            allocated = windows.Least;
        });
        Assert.That(allocated, Is.Zero);
    }
}
