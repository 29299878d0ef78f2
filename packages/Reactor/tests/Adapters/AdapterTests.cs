using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gabbro.Reactor.Adapters;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Adapters;

[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.Available))]
public sealed class AdapterTests(string backend)
{
    private LoopWorld _world = null!;

    [SetUp]
    public void Create() => _world = LoopWorld.Create(backend);

    [TearDown]
    public void End() => _world.Dispose();

    private async Task<(StreamSocket Client, StreamSocket Server)> ConnectAsync()
    {
        using StreamListener listener = _world.Loop.Listen(LoopWorld.AnyPort);
        ValueTask<StreamSocket> accept = listener.AcceptAsync();
        StreamSocket client = await _world.Loop.ConnectAsync(listener.LocalAddress);
        return (client, await accept);
    }

    [Test]
    public void LoopStream_ReaderAndWriter_CarryLinesAndStayOnTheLoop() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        await using StreamWriter writer = new(new LoopStream(client), Encoding.UTF8);
        using StreamReader reader = new(new LoopStream(server), Encoding.UTF8);
        for (int i = 0; i < 50; i++)
        {
            await writer.WriteLineAsync($"line {i}");
            await writer.FlushAsync();
            Assert.That(await reader.ReadLineAsync(), Is.EqualTo($"line {i}"));
            Assert.That(_world.Loop.IsOnLoopThread, Is.True);
        }

        Assert.That(() => new LoopStream(server).ReadByte(), Throws.TypeOf<NotSupportedException>());
    });

    [Test]
    public void LoopStream_UnderSslStream_Encrypts() => _world.Run(async () =>
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        await using SslStream serverTls = new(new LoopStream(server));
        await using SslStream clientTls = new(new LoopStream(client), false, (_, presented, _, _) => presented is not null && presented.GetCertHashString() == certificate.GetCertHashString());
        await Task.WhenAll(
            serverTls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }),
            clientTls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }));
        byte[] sent = RandomNumberGenerator.GetBytes(100_000);
        Task writing = clientTls.WriteAsync(sent).AsTask();
        byte[] received = new byte[sent.Length];
        await serverTls.ReadExactlyAsync(received);
        await writing;
        Assert.That(received, Is.EqualTo(sent));
        Assert.That(_world.Loop.IsOnLoopThread, Is.True);
    });

    [Test]
    public void LoopDuplexPipe_BothWays_Carries() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        await using LoopDuplexPipe first = new(client);
        await using LoopDuplexPipe second = new(server);
        await first.Output.WriteAsync("ping"u8.ToArray());
        ReadResult read = await second.Input.ReadAtLeastAsync(4);
        Assert.That(Encoding.ASCII.GetString(read.Buffer), Is.EqualTo("ping"));
        second.Input.AdvanceTo(read.Buffer.End);
        await second.Output.WriteAsync("pong!"u8.ToArray());
        read = await first.Input.ReadAtLeastAsync(5);
        Assert.That(read.Buffer.Length, Is.EqualTo(5));
        first.Input.AdvanceTo(read.Buffer.End);
        Assert.That(_world.Loop.IsOnLoopThread, Is.True);
    });

    [Test]
    public void LoopDuplexPipe_WithMarks_ReadsAheadAndWritesBehindWithinThem() => _world.Run(async () =>
    {
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        LoopDuplexPipeOptions marks = new() { PauseReadingAt = 20_000, ResumeReadingAt = 10_000, PauseWritingAt = 20_000, ResumeWritingAt = 10_000 };
        await using LoopDuplexPipe first = new(client, marks);
        await using LoopDuplexPipe second = new(server, marks);
        byte[] sent = new byte[500_000];
        new Random(8).NextBytes(sent);
        async Task Send()
        {
            for (int i = 0; i < sent.Length; i += 5_000)
                await first.Output.WriteAsync(sent.AsMemory(i, 5_000));
            await first.DisposeAsync();
        }

        Task sending = Send();
        await _world.Loop.DelayAsync(TimeSpan.FromMilliseconds(30));
        using MemoryStream received = new();
        while (true)
        {
            ReadResult read = await second.Input.ReadAsync();
            Assert.That(_world.Loop.IsOnLoopThread, Is.True);
            Assert.That(read.Buffer.Length, Is.LessThan(20_000 + 4_096), "reading ahead stops at the mark");
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
                received.Write(piece.Span);
            second.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
            await _world.Loop.Yield();
        }

        await sending;
        Assert.That(received.ToArray().AsSpan().SequenceEqual(sent), Is.True);
    });

    [Test]
    public void LoopDuplexPipe_WithMarks_TellsFailuresAndFlushesOnDispose() => _world.Run(async () =>
    {
        Assert.That(() => new LoopDuplexPipe(null!, new LoopDuplexPipeOptions()), Throws.ArgumentNullException);
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        Assert.That(() => new LoopDuplexPipe(client, new LoopDuplexPipeOptions { ResumeReadingAt = 1 << 20 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        LoopDuplexPipe pipe = new(client, new LoopDuplexPipeOptions());
        await pipe.Output.WriteAsync(new byte[30_000]);
        Task disposing = pipe.DisposeAsync().AsTask();
        int total = 0;
        for (int count; (count = (await server.ReadBorrowedAsync()).Length) > 0;)
            total += count;
        await disposing;
        await pipe.DisposeAsync();
        Assert.That(total, Is.EqualTo(30_000));
        server.Dispose();

        (client, server) = await ConnectAsync();
        await using LoopDuplexPipe broken = new(client, new LoopDuplexPipeOptions());
        server.Abort();
        await Assert.ThatAsync(async () => await broken.Input.ReadAsync(), Throws.TypeOf<Gabbro.Platform.PlatformException>());
    });
}
