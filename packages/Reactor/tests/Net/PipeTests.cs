using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Platform.Ipc;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Net;

/// <summary>What pipes promise, on every backend and on the threads that stand in where no poller helps.</summary>
[TestFixtureSource(nameof(Worlds))]
public sealed class PipeTests(string backend, bool threaded)
{
    private LoopWorld _world = null!;

    private EventLoop Loop => _world.Loop;

    public static IEnumerable<object[]> Worlds =>
        [.. LoopWorld.Available.Select(name => (object[])[name, false]), [LoopWorld.RealBackends.First().ToString(), true]];

    [SetUp]
    public void Create() => _world = LoopWorld.Create(backend);

    [TearDown]
    public void End() => _world.Dispose();

    private (StreamSocket Reader, StreamSocket Writer) Make()
    {
        if (!threaded)
            return Loop.CreatePipe();
        (FileHandle reader, FileHandle writer) = Pipes.Create();
        return (new StreamSocket(new ThreadedPipe(Loop, reader)), new StreamSocket(new ThreadedPipe(Loop, writer)));
    }

    [Test]
    public void WriteAsync_MoreThanFits_ArrivesInOrderAndEnds() => _world.Run(async () =>
    {
        (StreamSocket reader, StreamSocket writer) = Make();
        byte[] sent = new byte[700_000];
        new Random(3).NextBytes(sent);
        async Task WriteAll()
        {
            await writer.WriteAsync(sent.AsMemory(0, 300_000), sent.AsMemory(300_000));
            writer.Dispose();
        }

        Task writing = WriteAll();
        using MemoryStream received = new();
        byte[] buffer = new byte[10_000];
        for (bool borrow = false; ; borrow = !borrow)
        {
            ReadOnlyMemory<byte> piece = borrow ? await reader.ReadBorrowedAsync() : buffer.AsMemory(0, await reader.ReadAsync(buffer));
            if (piece.IsEmpty)
                break;
            received.Write(piece.Span);
        }

        await writing;
        Assert.That(received.ToArray().AsSpan().SequenceEqual(sent), Is.True);
        Assert.That(await reader.ReadAsync(buffer), Is.Zero, "the end stays the end");
        reader.Dispose();
        reader.Dispose();
        Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
    });

    [Test]
    public void ReadAsync_Canceled_LosesNothing() => _world.Run(async () =>
    {
        (StreamSocket reader, StreamSocket writer) = Make();
        for (byte i = 0; i < 5; i++)
        {
            using CancellationTokenSource cancel = new();
            Task<int> read = reader.ReadAsync(new byte[10], cancel.Token).AsTask();
            Loop.Post(cancel.Cancel);
            await Assert.ThatAsync(async () => await read, Throws.InstanceOf<OperationCanceledException>());
        }

        for (byte i = 0; i < 5; i++)
            await writer.WriteAsync(new[] { i });
        byte[] buffer = new byte[10];
        for (int count = 0; count < 5;)
        {
            int got = await reader.ReadAsync(buffer.AsMemory(count));
            for (int i = count; i < count + got; i++)
                Assert.That(buffer[i], Is.EqualTo((byte)i));
            count += got;
        }

        writer.Dispose();
        reader.Dispose();
    });

    [Test]
    public void WriteAsync_CanceledWhileFull_GivesTheBufferBack() => _world.Run(async () =>
    {
        (StreamSocket reader, StreamSocket writer) = Make();
        using CancellationTokenSource cancel = new();
        Task write = writer.WriteAsync(new byte[1 << 20], cancel.Token).AsTask();
        Loop.Post(cancel.Cancel);
        await Assert.ThatAsync(async () => await write, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(writer.IsWriting, Is.False);
        writer.Dispose();
        reader.Dispose();
    });

    [Test]
    public void Dispose_WhileReadAndWriteArePending_FailsBoth() => _world.Run(async () =>
    {
        (StreamSocket reader, StreamSocket writer) = Make();
        (StreamSocket otherReader, StreamSocket otherWriter) = Make();
        Task<int> read = otherReader.ReadAsync(new byte[1]).AsTask();
        Task write = writer.WriteAsync(new byte[1 << 20]).AsTask();
        Loop.Post(() =>
        {
            otherReader.Dispose();
            writer.Dispose();
        });
        await Assert.ThatAsync(async () => await read, Throws.TypeOf<ObjectDisposedException>());
        await Assert.ThatAsync(async () => await write, Throws.TypeOf<ObjectDisposedException>());
        reader.Dispose();
        otherWriter.Dispose();
        Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
    });

    [Test]
    public void WriteAsync_ReaderGone_IsABrokenPipe() => _world.Run(async () =>
    {
        (StreamSocket reader, StreamSocket writer) = Make();
        reader.Dispose();
        PlatformException? failure = null;
        try
        {
            for (int i = 0; i < 100; i++)
            {
                await writer.WriteAsync(new byte[10_000]);
                await Loop.DelayAsync(TimeSpan.FromMilliseconds(1));
            }
        }
        catch (PlatformException exception)
        {
            failure = exception;
        }

        Assert.That(failure?.Kind, Is.EqualTo(ErrorKind.BrokenPipe).Or.EqualTo(ErrorKind.ConnectionReset));
        writer.Dispose();
    });

    [Test]
    public void SendFileAsync_IntoAPipe_CarriesTheRange()
    {
        if (backend.StartsWith("Simulated", StringComparison.Ordinal))
            Assert.Pass("Files are sent by real systems.");
        string path = Path.GetTempFileName();
        byte[] content = new byte[200_000];
        new Random(11).NextBytes(content);
        File.WriteAllBytes(path, content);
        _world.Run(async () =>
        {
            (StreamSocket reader, StreamSocket writer) = Make();
            using FileHandle file = FileHandle.Open(path);
            async Task Send()
            {
                await writer.SendFileAsync(file, 1000, 150_000);
                await Assert.ThatAsync(async () => await writer.SendFileAsync(file, 199_999, 2), Throws.TypeOf<PlatformException>());
                writer.Dispose();
            }

            Task sending = Send();
            using MemoryStream received = new();
            for (ReadOnlyMemory<byte> piece; !(piece = await reader.ReadBorrowedAsync()).IsEmpty;)
                received.Write(piece.Span);
            await sending;
            Assert.That(received.ToArray().AsSpan().SequenceEqual(content.AsSpan(1000, 150_000).ToArray().Append(content[199_999]).ToArray()), Is.True);
            reader.Dispose();
        });
        File.Delete(path);
    }

    [Test]
    public void ReadAsync_Warm_AllocatesNothing()
    {
        if (backend.StartsWith("Simulated", StringComparison.Ordinal))
            Assert.Pass("The simulated network allocates its segments.");
        long allocated = -1;
        _world.Run(async () =>
        {
            (StreamSocket reader, StreamSocket writer) = Make();
            byte[] message = new byte[100];
            byte[] buffer = new byte[200];
            AllocationWindows windows = new();
            for (int i = 0; i < AllocationWindows.Iterations; i++)
            {
                windows.Tick();
                ValueTask<int> read = reader.ReadAsync(buffer);
                await writer.WriteAsync(message);
                if (await read != 100)
                    throw new InvalidOperationException("cut");
            }

            allocated = windows.Least;
            reader.Dispose();
            writer.Dispose();
        });
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Adopt_RegularFile_IsReadToItsEnd()
    {
        if (backend.StartsWith("Simulated", StringComparison.Ordinal))
        {
            Assert.That(() => Loop.Adopt(Pipes.Create().Reader), Throws.TypeOf<NotSupportedException>());
            return;
        }

        string path = Path.GetTempFileName();
        File.WriteAllText(path, new string('x', 100_000));
        _world.Run(async () =>
        {
            using StreamSocket file = Loop.Adopt(FileHandle.Open(path), FileAccess.Read);
            long total = 0;
            for (int count; (count = (await file.ReadBorrowedAsync()).Length) > 0;)
                total += count;
            Assert.That(total, Is.EqualTo(100_000));
        });
        File.Delete(path);
        Assert.That(() => Loop.Adopt(null!, FileAccess.Read), Throws.ArgumentNullException);
        FileHandle wrong = Pipes.Create().Reader;
        Assert.That(() => Loop.Adopt(wrong, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        wrong.Dispose();
    }

    [Test]
    public void Fifo_ReaderAndWriter_FindEachOther()
    {
        if (backend.StartsWith("Simulated", StringComparison.Ordinal) || OperatingSystem.IsWindows())
            Assert.Pass("FIFOs are of Unix.");
        string directory = Directory.CreateTempSubdirectory("gabbro-").FullName;
        string path = Path.Combine(directory, "fifo");
        Pipes.TryCreateFifo(path).ThrowIfError("mkfifo");
        _world.Run(async () =>
        {
            using CancellationTokenSource cancel = new();
            Task<StreamSocket> waiting = Loop.OpenFifoWriterAsync(path, cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThatAsync(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());

            Task<StreamSocket> opening = Loop.OpenFifoWriterAsync(path).AsTask();
            StreamSocket reader = Loop.OpenFifoReader(path);
            byte[] buffer = new byte[10];
            ValueTask<int> read = reader.ReadAsync(buffer);
            StreamSocket writer = await opening;
            await writer.WriteAsync("fifo"u8.ToArray());
            Assert.That(await read, Is.EqualTo(4));
            writer.Dispose();
            Assert.That(await reader.ReadAsync(buffer), Is.Zero);
            reader.Dispose();

            await Assert.ThatAsync(async () => await Loop.OpenFifoWriterAsync(Path.Combine(directory, "none")), Throws.TypeOf<PlatformException>());
            Assert.That(() => Loop.OpenFifoReader(Path.Combine(directory, "none")), Throws.TypeOf<PlatformException>());
            Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
        });
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public void CreateSocketPair_BothWays_Carries()
    {
        if (backend.StartsWith("Simulated", StringComparison.Ordinal))
            Assert.Pass("A simulated world has a way of its own.");
        _world.Run(async () =>
        {
            (StreamSocket first, StreamSocket second) = Loop.CreateSocketPair();
            byte[] buffer = new byte[10];
            await first.WriteAsync(new byte[] { 1, 2 });
            Assert.That(await second.ReadAsync(buffer), Is.EqualTo(2));
            await second.WriteAsync(new byte[] { 3 });
            Assert.That(await first.ReadAsync(buffer), Is.EqualTo(1));
            first.Shutdown();
            Assert.That(await second.ReadAsync(buffer), Is.Zero);
            first.Dispose();
            second.Dispose();
        });
    }
}
