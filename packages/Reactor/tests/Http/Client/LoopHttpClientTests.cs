using System.Text;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Http.Client;
using Gabbro.Reactor.Http.Server;

namespace Gabbro.Reactor.Tests.Http.Client;

/// <summary>The client against the package's own server, on every backend.</summary>
[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.Available))]
public sealed class LoopHttpClientTests(string backend)
{
    private LoopWorld _world = null!;

    private EventLoop Loop => _world.Loop;

    [SetUp]
    public void Create() => _world = LoopWorld.Create(backend);

    [TearDown]
    public void End() => _world.Dispose();

    private HttpServer Serve(out string url)
    {
        HttpServer server = new(Loop, Answer);
        SocketEndpoint address = server.Listen(LoopWorld.AnyPort);
        url = $"http://127.0.0.1:{address.Port}";
        return server;
    }

    private static ValueTask Answer(HttpExchange exchange)
    {
        if (!exchange.Path.SequenceEqual("/plaintext"u8))
            return AnswerAsync(exchange);
        exchange.Respond(200, "text/plain"u8, "Hello, World!"u8);
        return ValueTask.CompletedTask;
    }

    private static async ValueTask AnswerAsync(HttpExchange exchange)
    {
        string path = Encoding.ASCII.GetString(exchange.Path);
        switch (path)
        {
            case "/echo":
                {
                    using MemoryStream body = new();
                    byte[] buffer = new byte[3000];
                    for (int count; (count = await exchange.ReadBodyAsync(buffer)) > 0;)
                        body.Write(buffer, 0, count);
                    exchange.Respond(200, "application/octet-stream"u8, body.ToArray());
                    break;
                }

            case "/stream":
                {
                    byte[] piece = new byte[7000];
                    for (int i = 0; i < 40; i++)
                    {
                        piece.AsSpan().Fill((byte)i);
                        await exchange.WriteAsync(piece);
                    }

                    break;
                }

            case "/refuse":
                exchange.Respond(413, default, "no"u8);
                break;
            case "/moved":
                exchange.AddField("Location"u8, "/plaintext"u8);
                exchange.Respond(302, default, "elsewhere"u8);
                break;
            default:
                exchange.Respond(404, default, "none"u8);
                break;
        }
    }

    [Test]
    public void GetAsync_ManyInARow_UseOneConnection() => _world.Run(async () =>
    {
        using HttpServer server = Serve(out string url);
        using LoopHttpClient client = new(Loop);
        for (int i = 0; i < 50; i++)
        {
            using ClientResponse response = await client.GetAsync(url + "/plaintext");
            Assert.That(response.StatusCode, Is.EqualTo(200));
            Assert.That(response.GetField("Content-Type"), Is.EqualTo("text/plain"));
            Assert.That(response.ContentLength, Is.EqualTo(13));
            Assert.That(await response.ReadTextAsync(), Is.EqualTo("Hello, World!"));
            Assert.That(Loop.IsOnLoopThread, Is.True);
        }

        Assert.That((client.Connections, client.IdleConnections), Is.EqualTo((1, 1)));
    });

    [Test]
    public void SendAsync_Head_HasNoBodyAndKeepsTheConnection() => _world.Run(async () =>
    {
        using HttpServer server = Serve(out string url);
        using LoopHttpClient client = new(Loop);
        ClientRequest head = new("HEAD", new Uri(url + "/plaintext"));
        for (int i = 0; i < 5; i++)
        {
            using ClientResponse response = await client.SendAsync(head);
            Assert.That((response.StatusCode, response.ContentLength), Is.EqualTo((200, 13L)));
            Assert.That(await response.ReadAllAsync(), Is.Empty);
        }

        Assert.That(client.Connections, Is.EqualTo(1));
    });

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(100)]
    [TestCase(300_000)]
    public void SendAsync_Bodies_ComeBackFromTheEcho(int length) => _world.Run(async () =>
    {
        using HttpServer server = Serve(out string url);
        using LoopHttpClient client = new(Loop);
        byte[] body = new byte[length];
        new Random(length).NextBytes(body);
        foreach (bool expect in (bool[])[false, true])
        {
            foreach (RequestBody made in (RequestBody[])[RequestBody.FromMemory(body), RequestBody.FromStream(new MemoryStream(body)), RequestBody.FromStream(new MemoryStream(body), length)])
            {
                ClientRequest request = new("POST", new Uri(url + "/echo")) { Body = made, ExpectContinue = expect };
                using ClientResponse response = await client.SendAsync(request);
                Assert.That(response.StatusCode, Is.EqualTo(200));
                Assert.That((await response.ReadAllAsync()).AsSpan().SequenceEqual(body), Is.True);
            }
        }

        Assert.That(client.Connections, Is.EqualTo(1));
    });

    [Test]
    public void ReadAsync_ChunkedStream_ComesPieceByPiece() => _world.Run(async () =>
    {
        using HttpServer server = Serve(out string url);
        using LoopHttpClient client = new(Loop);
        using (ClientResponse response = await client.GetAsync(url + "/stream"))
        {
            byte[] buffer = new byte[999];
            long total = 0;
            for (int count; (count = await response.ReadAsync(buffer)) > 0;)
            {
                for (int i = 0; i < count; i++)
                {
                    if (buffer[i] != (byte)((total + i) / 7000))
                        Assert.Fail("wrong byte");
                }

                total += count;
            }

            Assert.That(total, Is.EqualTo(280_000));
            Assert.That(await response.ReadAsync(buffer), Is.Zero, "the end stays the end");
        }

        Assert.That(client.IdleConnections, Is.EqualTo(1));
    });

    [Test]
    public void SendAsync_ManyAtOnce_KeepToTheLimit() => _world.Run(async () =>
    {
        using HttpServer server = Serve(out string url);
        using LoopHttpClient client = new(Loop, new LoopHttpClientOptions { MaxConnectionsPerOrigin = 4 });
        ClientRequest request = new(new Uri(url + "/plaintext"));
        int most = 0;
        async Task Ask()
        {
            for (int i = 0; i < 5; i++)
            {
                using ClientResponse response = await client.SendAsync(request);
                most = Math.Max(most, client.Connections);
                Assert.That(await response.ReadTextAsync(), Is.EqualTo("Hello, World!"));
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Ask()));
        Assert.That(most, Is.EqualTo(4));
    });

    [Test]
    public void SendAsync_Redirected_FollowsIfAsked() => _world.Run(async () =>
    {
        using HttpServer server = Serve(out string url);
        using (LoopHttpClient still = new(Loop))
        {
            using ClientResponse response = await still.GetAsync(url + "/moved");
            Assert.That(response.StatusCode, Is.EqualTo(302));
        }

        using LoopHttpClient client = new(Loop, new LoopHttpClientOptions { MaxRedirects = 3 });
        using ClientResponse followed = await client.PostAsync(url + "/moved", "body"u8.ToArray());
        Assert.That(followed.StatusCode, Is.EqualTo(200));
        Assert.That(followed.Uri.AbsolutePath, Is.EqualTo("/plaintext"));
        Assert.That(client.Connections, Is.EqualTo(1), "the short body of the redirection was discarded");
    });

    [Test]
    public void Dispose_WhileAResponseIsAwaited_FailsIt() => _world.Run(async () =>
    {
        using ScriptedServer server = new(Loop, async connection => await connection.ReadHeadAsync());
        LoopHttpClient client = new(Loop);
        Task<ClientResponse> waiting = client.GetAsync(server.Url()).AsTask();
        while (server.Requests == 0)
            await Loop.DelayAsync(TimeSpan.FromMilliseconds(1));
        client.Dispose();
        client.Dispose();
        await Assert.ThatAsync(async () => await waiting, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => client.GetAsync(server.Url()), Throws.TypeOf<ObjectDisposedException>());
        server.Dispose();
        Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
    });

    [Test]
    public void SendAsync_Canceled_AtAnyMoment_LeaksNothing() => _world.Run(async () =>
    {
        using HttpServer server = Serve(out string url);
        using LoopHttpClient client = new(Loop);
        for (int step = 0; step < 60; step++)
        {
            using CancellationTokenSource cancel = new();
            ClientRequest request = new("POST", new Uri(url + "/echo"))
            {
                Body = RequestBody.FromStream(new MemoryStream(new byte[100_000])),
                ExpectContinue = true,
            };
            int left = step;
            void CountDown()
            {
                if (left < 0)
                    return;
                if (left-- == 0)
                    cancel.Cancel();
                else
                    Loop.Post(CountDown);
            }

            Loop.Post(CountDown);
            try
            {
                using ClientResponse response = await client.SendAsync(request, cancel.Token);
                Assert.That(await response.ReadAllAsync(cancellationToken: cancel.Token), Has.Length.EqualTo(100_000));
            }
            catch (OperationCanceledException)
            {
            }

            left = -1;
        }

        using (ClientResponse good = await client.GetAsync(url + "/plaintext"))
            Assert.That(await good.ReadTextAsync(), Is.EqualTo("Hello, World!"), "the client goes on");
        Assert.That(client.Connections, Is.EqualTo(1));
    });

    [Test]
    public void SendAsync_Warm_AllocatesNothing()
    {
        if (backend.StartsWith("Simulated", StringComparison.Ordinal))
            Assert.Pass("The simulated network allocates its segments.");
        long allocated = -1;
        _world.Run(async () =>
        {
            using HttpServer server = Serve(out string url);
            using LoopHttpClient client = new(Loop);
            ClientRequest request = new(new Uri(url + "/plaintext"));
            byte[] buffer = new byte[100];
            using CancellationTokenSource token = new();
            AllocationWindows windows = new();
            for (int i = 0; i < AllocationWindows.Iterations; i++)
            {
                windows.Tick();
                ClientResponse response = await client.SendAsync(request, token.Token);
                int total = 0;
                for (int count; (count = await response.ReadAsync(buffer, token.Token)) > 0;)
                    total += count;
                if (total != 13 || response.StatusCode != 200 || !response.TryGetField("content-type"u8, out _))
                    throw new InvalidOperationException("wrong answer");
                response.Dispose();
            }

            allocated = windows.Least;
        });
        Assert.That(allocated, Is.Zero);
    }
}
