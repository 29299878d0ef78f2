using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Platform.Ipc;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Net;

[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.RealBackends))]
public sealed class DescriptorChannelTests(BackendKind backend)
{
    private LoopWorld _world = null!;

    private EventLoop Loop => _world.Loop;

    [SetUp]
    public void Create() => _world = LoopWorld.Create(backend.ToString());

    [TearDown]
    public void End() => _world.Dispose();

    private (DescriptorChannel First, DescriptorChannel Second) Make(SocketKind kind = SocketKind.Stream)
    {
        (SocketHandle first, SocketHandle second) = SocketHandle.CreatePair(kind);
        return (new DescriptorChannel(Loop, first), new DescriptorChannel(Loop, second));
    }

    [Test]
    public void SendAsync_EndOfAPipe_WorksAtTheOtherSide()
    {
        if (OperatingSystem.IsWindows())
            Assert.Pass("Unix.");
        _world.Run(async () =>
        {
            (DescriptorChannel first, DescriptorChannel second) = Make();
            int[] got = new int[4];
            byte[] buffer = new byte[100];
            ValueTask<(int Bytes, int Descriptors)> receive = second.ReceiveAsync(buffer, got);
            (FileHandle reader, FileHandle writer) = Pipes.Create();
            await first.SendAsync("take it"u8.ToArray(), new[] { (int)writer.DangerousGetHandle() });
            Assert.That(await receive, Is.EqualTo((7, 1)));
            writer.Dispose();
            using StreamSocket passed = Loop.Adopt(FileHandle.FromDescriptor(got[0], ownsHandle: true), FileAccess.Write);
            using StreamSocket mine = Loop.Adopt(reader, FileAccess.Read);
            await passed.WriteAsync(new byte[] { 42 });
            Assert.That(await mine.ReadAsync(buffer), Is.EqualTo(1));
            Assert.That(buffer[0], Is.EqualTo(42));
            passed.Dispose();
            Assert.That(await mine.ReadAsync(buffer), Is.Zero, "no duplicate is left open");

            first.Socket.TryGetPeerCredentials(out PeerCredentials peer).ThrowIfError("credentials");
            Assert.That(peer.ProcessId, Is.EqualTo(Environment.ProcessId));
            first.Dispose();
            Assert.That(await second.ReceiveAsync(buffer, got), Is.EqualTo((0, 0)));
            second.Dispose();
            second.Dispose();
        });
    }

    [Test]
    public void SendAsync_AcceptedConnection_IsServedByAnotherLoop()
    {
        if (OperatingSystem.IsWindows())
            Assert.Pass("Unix.");
        _world.Run(async () =>
        {
            (DescriptorChannel here, DescriptorChannel there) = Make();
            using StreamListener listener = Loop.Listen(LoopWorld.AnyPort);
            ValueTask<StreamSocket> accept = listener.AcceptAsync();
            using StreamSocket client = await Loop.ConnectAsync(listener.LocalAddress);
            StreamSocket accepted = await accept;
            await here.SendAsync(new byte[] { 1 }, new[] { (int)accepted.Socket!.DangerousGetHandle() });
            accepted.Dispose();
            int[] got = new int[1];
            await there.ReceiveAsync(new byte[10], got);
            using StreamSocket served = Loop.Adopt(SocketHandle.FromDescriptor(got[0], ownsHandle: true));
            await served.WriteAsync("served"u8.ToArray());
            byte[] buffer = new byte[10];
            Assert.That(await client.ReadAsync(buffer), Is.EqualTo(6));
            here.Dispose();
            there.Dispose();
        });
    }

    [Test]
    public void SendAsync_UntilFull_WaitsForTheReceiverAndLeaksNothing()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Pass("Descriptors are counted in /proc.");
        _world.Run(async () =>
        {
            (DescriptorChannel first, DescriptorChannel second) = Make();
            (FileHandle reader, FileHandle writer) = Pipes.Create();
            int before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
            async Task Send()
            {
                for (int i = 0; i < 1000; i++)
                    await first.SendAsync(new byte[500], new[] { (int)reader.DangerousGetHandle() });
                first.Dispose();
            }

            Task sending = Send();
            byte[] buffer = new byte[500];
            int[] got = new int[1];
            int descriptors = 0;
            while (true)
            {
                (int bytes, int count) = await second.ReceiveAsync(buffer, descriptors % 2 == 0 ? got : Memory<int>.Empty);
                if (bytes == 0)
                    break;
                if (count == 1)
                    FileHandle.FromDescriptor(got[0], ownsHandle: true).Dispose();
                descriptors++;
            }

            await sending;
            Assert.That(descriptors, Is.GreaterThanOrEqualTo(1000));
            second.Dispose();
            Assert.That(Directory.GetFileSystemEntries("/proc/self/fd").Length, Is.LessThanOrEqualTo(before), "descriptors without a place are closed");
            reader.Dispose();
            writer.Dispose();
        });
    }

    [Test]
    public void Operations_CanceledDisposedOrWrong_End()
    {
        if (OperatingSystem.IsWindows())
            Assert.Pass("Unix.");
        _world.Run(async () =>
        {
            (DescriptorChannel first, DescriptorChannel second) = Make();
            Assert.That(() => first.SendAsync(default, default), Throws.ArgumentException);
            Assert.That(() => first.ReceiveAsync(default, default), Throws.ArgumentException);
            await Assert.ThatAsync(async () => await first.SendAsync(new byte[1], new[] { 9_999 }), Throws.TypeOf<PlatformException>());
            using CancellationTokenSource cancel = new();
            Task<(int, int)> receive = second.ReceiveAsync(new byte[1], default, cancel.Token).AsTask();
            await Assert.ThatAsync(async () => await second.ReceiveAsync(new byte[1], default), Throws.InvalidOperationException);
            await cancel.CancelAsync();
            await Assert.ThatAsync(async () => await receive, Throws.InstanceOf<OperationCanceledException>());
            await first.SendAsync(new byte[] { 5 }, default);
            byte[] buffer = new byte[1];
            Assert.That(await second.ReceiveAsync(buffer, default), Is.EqualTo((1, 0)));
            receive = second.ReceiveAsync(buffer, default).AsTask();
            Loop.Post(second.Dispose);
            await Assert.ThatAsync(async () => await receive, Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => second.ReceiveAsync(buffer, default), Throws.TypeOf<ObjectDisposedException>());
            first.Dispose();
            Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
        });
    }

    [Test]
    public void Watch_Pipe_TellsReadinessAndAllocatesNothing()
    {
        if (OperatingSystem.IsWindows())
            Assert.Pass("Unix.");
        _world.Run(async () =>
        {
            (FileHandle reader, FileHandle writer) = Pipes.Create(nonBlocking: true);
            ReadinessWatch watch = Loop.Watch(reader, FileAccess.Read);
            byte[] one = [7];
            byte[] buffer = new byte[10];
            AllocationWindows windows = new();
            for (int i = 0; i < AllocationWindows.Iterations; i++)
            {
                windows.Tick();
                while (reader.TryRead(buffer, out _, out _))
                {
                }

                ValueTask wait = watch.WaitReadableAsync();
                writer.TryWrite(one, out _, out _);
                await wait;
                if (!reader.TryRead(buffer, out int count, out _) || count != 1)
                    throw new InvalidOperationException("not ready");
            }

            Assert.That(windows.Least, Is.Zero);
            while (reader.TryRead(buffer, out _, out _))
            {
            }

            using CancellationTokenSource cancel = new();
            Task canceled = watch.WaitReadableAsync(cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThatAsync(async () => await canceled, Throws.InstanceOf<OperationCanceledException>());
            Task pending = watch.WaitReadableAsync().AsTask();
            Assert.That(() => watch.WaitReadableAsync(), Throws.InvalidOperationException);
            writer.Dispose();
            await pending;
            Assert.That(reader.TryRead(buffer, out int end, out _) && end == 0, Is.True, "the end is readiness too");
            watch.Dispose();
            watch.Dispose();
            Assert.That(() => watch.WaitReadableAsync(), Throws.TypeOf<ObjectDisposedException>());
            reader.Dispose();
        });
        string file = Path.GetTempFileName();
        using (FileHandle regular = FileHandle.Open(file))
            Assert.That(() => Loop.Watch(regular), backend == BackendKind.Epoll ? Throws.TypeOf<PlatformException>() : Throws.Nothing);
        File.Delete(file);
    }

    [Test]
    public void Watch_WrongArguments_AreRefused()
    {
        using LoopWorld simulated = LoopWorld.Create("Simulated");
        (FileHandle reader, FileHandle writer) = Pipes.Create();
        Assert.That(() => simulated.Loop.Watch(reader), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => Loop.Watch(null!), Throws.ArgumentNullException);
        Assert.That(() => Loop.Watch(reader, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        reader.Dispose();
        writer.Dispose();
    }
}
