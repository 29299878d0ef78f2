using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Net;

[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.RealBackends))]
public sealed class UnixSocketTests(BackendKind backend)
{
    private LoopWorld _world = null!;
    private string _directory = null!;

    private EventLoop Loop => _world.Loop;

    [SetUp]
    public void Create()
    {
        _world = LoopWorld.Create(backend.ToString());
        _directory = Directory.CreateTempSubdirectory("gabbro-").FullName;
    }

    [TearDown]
    public void End()
    {
        _world.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private IEnumerable<SocketEndpoint> Addresses()
    {
        yield return SocketEndpoint.Parse($"unix:{Path.Combine(_directory, "socket")}");
        if (OperatingSystem.IsLinux())
            yield return SocketEndpoint.Parse($"unix:@gabbro-{Guid.NewGuid():N}");
    }

    [Test]
    public void ConnectAsync_PathOrAbstractName_CarriesMegabytes()
    {
        if (OperatingSystem.IsWindows())
            Assert.Pass("Unix.");
        _world.Run(async () =>
        {
            foreach (SocketEndpoint address in Addresses())
            {
                using StreamListener listener = Loop.Listen(address);
                Assert.That(listener.LocalAddress, Is.EqualTo(address));
                Assert.That(() => Loop.Listen(address), Throws.TypeOf<PlatformException>().With.Property("Kind").EqualTo(ErrorKind.AddressInUse));
                ValueTask<StreamSocket> accept = listener.AcceptAsync();
                using StreamSocket client = await Loop.ConnectAsync(address);
                using StreamSocket server = await accept;
                Assert.That(client.RemoteAddress, Is.EqualTo(address));
                server.Socket!.TryGetPeerCredentials(out PeerCredentials peer).ThrowIfError("credentials");
                Assert.That(peer.ProcessId, Is.EqualTo(Environment.ProcessId));
                byte[] sent = new byte[2_000_000];
                new Random(6).NextBytes(sent);
                async Task Send()
                {
                    await client.WriteAsync(sent);
                    client.Shutdown();
                }

                Task sending = Send();
                using MemoryStream received = new();
                for (ReadOnlyMemory<byte> piece; !(piece = await server.ReadBorrowedAsync()).IsEmpty;)
                    received.Write(piece.Span);
                await sending;
                Assert.That(received.ToArray().AsSpan().SequenceEqual(sent), Is.True);
            }
        });
    }

    [Test]
    public void ConnectAsync_NobodyThere_Fails()
    {
        if (OperatingSystem.IsWindows())
            Assert.Pass("Unix.");
        _world.Run(async () =>
        {
            foreach (SocketEndpoint address in Addresses())
            {
                PlatformException? failure = null;
                try
                {
                    await Loop.ConnectAsync(address);
                }
                catch (PlatformException exception)
                {
                    failure = exception;
                }

                Assert.That(failure?.Kind, Is.EqualTo(ErrorKind.NotFound).Or.EqualTo(ErrorKind.ConnectionRefused));
            }

            Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
        });
    }
}
