using System.Text;
using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Http;
using Gabbro.Reactor.Http.Server;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Http;

/// <summary>The server over connections of every backend; with the simulated ones, time and faults are the test's.</summary>
[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.Available))]
public sealed partial class HttpServerTests(string backend)
{
    private LoopWorld _world = null!;
    private HttpServer _server = null!;
    private HttpServerOptions _options = null!;
    private SocketEndpoint _address;
    private List<AccessLogEntry> _log = null!;
    private List<Exception> _errors = null!;

    private EventLoop Loop => _world.Loop;

    private bool IsSimulated => Loop.Backend == BackendKind.Simulated;

    [SetUp]
    public void Create()
    {
        _world = LoopWorld.Create(backend);
        _log = [];
        _errors = [];
        _options = new HttpServerOptions { AccessLog = _log.Add, OnError = _errors.Add };
    }

    [TearDown]
    public void End() => _world.Dispose();

    private void Serve(Func<HttpExchange, ValueTask>? handler = null)
    {
        _server = new HttpServer(Loop, handler ?? Default, _options);
        _address = _server.Listen(LoopWorld.AnyPort);
    }

    private static async ValueTask Default(HttpExchange exchange)
    {
        string path = Encoding.Latin1.GetString(exchange.Path);
        switch (path)
        {
            case "/hello":
                exchange.Respond(200, "text/plain"u8, "Hello, World!"u8);
                return;
            case "/echo":
                byte[] buffer = new byte[500];
                int count;
                while ((count = await exchange.ReadBodyAsync(buffer)) > 0)
                    exchange.Write(buffer.AsSpan(0, count));
                return;
            case "/stream":
                for (int i = 0; i < 20; i++)
                    await exchange.WriteAsync(new byte[10_000]);
                return;
            case "/slow":
                await exchange.Loop.DelayAsync(TimeSpan.FromMilliseconds(20));
                exchange.Respond(200, "slow");
                return;
            case "/throw":
                throw new FormatException("handler");
            case "/throwlate":
                await exchange.WriteAsync(new byte[20_000]);
                throw new FormatException("late");
            case "/short":
                exchange.DeclareLength(10);
                exchange.Write("abc"u8);
                return;
            case "/nocontent":
                exchange.StatusCode = 204;
                return;
            default:
                exchange.Respond(404, "no such thing");
                return;
        }
    }

    /// <summary>Sends bytes in pieces, ends the sending direction if asked, and reads until the server closes.</summary>
    private async Task<string> AskAsync(string request, bool halfClose = true, int piece = int.MaxValue)
    {
        using StreamSocket stream = await Loop.ConnectAsync(_address);
        byte[] bytes = Encoding.Latin1.GetBytes(request);
        Task<string> reading = ReadAllAsync(stream);
        try
        {
            for (int at = 0; at < bytes.Length; at += piece)
            {
                await stream.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)));
                if (piece < int.MaxValue)
                    await Loop.DelayAsync(TimeSpan.FromMilliseconds(IsSimulated ? 5 : 0));
            }

            if (halfClose)
                stream.Shutdown();
        }
        catch (PlatformException)
        {
            // The server has refused and closed; its answer is what counts.
        }

        return await reading;
    }

    private static async Task<string> ReadAllAsync(StreamSocket stream)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer)) > 0)
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (PlatformException exception)
        {
            text.Append($"[{exception.Kind}]");
        }

        return text.ToString();
    }

    private const string Get = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

    [Test]
    public void Get_Whole_IsAnswered() => _world.Run(async () =>
    {
        Serve();
        string answer = await AskAsync(Get);
        Assert.That(answer, Does.StartWith("HTTP/1.1 200 OK\r\nDate: ").And.EndsWith("\r\n\r\nHello, World!"));
        Assert.That(answer, Does.Contain("\r\nServer: gabbro\r\n").And.Contain("\r\nContent-Type: text/plain\r\n").And.Contain("\r\nContent-Length: 13\r\n"));
        Assert.That(_log.Single(), Has.Property("Status").EqualTo(200).And.Property("Target").EqualTo("/hello").And.Property("BodyBytes").EqualTo(13));
        await EndAsync();
    });

    [Test]
    public void Get_SplitAtEveryByte_IsAnsweredTheSame() => _world.Run(async () =>
    {
        Serve();
        string whole = Without(await AskAsync(Get), "Date");
        foreach (int piece in (int[])[1, 2, 3, 7, 16])
            Assert.That(Without(await AskAsync(Get, piece: piece), "Date"), Is.EqualTo(whole), $"pieces of {piece}");
        await EndAsync();
    });

    [Test]
    public void Get_Pipelined_IsAnsweredInOrder() => _world.Run(async () =>
    {
        Serve();
        string answer = await AskAsync(Get + "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" + Get + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + Get);
        string[] bodies = [.. answer.Split("HTTP/1.1 200 OK\r\n", StringSplitOptions.RemoveEmptyEntries).Select(part => part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])];
        Assert.That(bodies, Is.EqualTo((string[])["Hello, World!", "slow", "Hello, World!", "abc", "Hello, World!"]));
        await EndAsync();
    });

    [Test]
    public void Get_ManyPipelined_AllAnsweredThoughTheClientReadsLate() => _world.Run(async () =>
    {
        Serve();
        using StreamSocket stream = await Loop.ConnectAsync(_address);
        const int Count = 3000;
        Task writing = stream.WriteAsync(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(Get, Count)))).AsTask();
        await Loop.DelayAsync(TimeSpan.FromMilliseconds(50));
        async Task Finish()
        {
            await writing;
            stream.Shutdown();
        }

        Task finishing = Finish();
        string answers = await ReadAllAsync(stream);
        await finishing;
        Assert.That(answers.Split("Hello, World!").Length - 1, Is.EqualTo(Count));
        await EndAsync(clients: 1);
    });

    [TestCase("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n", "Content-Length: 13\r\n\r\n")]
    [TestCase("GET /nocontent HTTP/1.1\r\nHost: a\r\n\r\n", "204 No Content")]
    [TestCase("GET /hello HTTP/1.0\r\n\r\n", "Connection: close\r\n\r\nHello, World!")]
    [TestCase("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "Connection: keep-alive\r\n\r\nHello, World!")]
    [TestCase("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "Connection: close\r\n\r\nHello, World!")]
    [TestCase("GET /missing HTTP/1.1\r\nHost: a\r\n\r\n", "404 Not Found")]
    [TestCase("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n", "500 Internal Server Error")]
    [TestCase("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "\r\n\r\nhello")]
    [TestCase("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n", "\r\n\r\nabcde")]
    [TestCase("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX", "400 Bad Request")]
    [TestCase("POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + Get, "Hello, World!HTTP/1.1 200 OK")]
    [TestCase("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", "413 Content Too Large")]
    [TestCase("GET / HTTP/1.1\r\n\r\n", "400 Bad Request")]
    [TestCase("GET / HTTP/3.0\r\n\r\n", "505 HTTP Version Not Supported")]
    [TestCase("\0\u0001\u0002garbage", "400 Bad Request")]
    public void Request_OfEveryKind_IsAnsweredRight(string request, string expected) => _world.Run(async () =>
    {
        Serve();
        foreach (int piece in (int[])[int.MaxValue, 1, 5])
            Assert.That(await AskAsync(request, piece: piece), Does.Contain(expected), $"pieces of {piece}");
        await EndAsync();
    });

    [Test]
    public void Stream_UnknownLength_IsChunkedFor11AndUntilCloseFor10() => _world.Run(async () =>
    {
        Serve();
        string chunked = await AskAsync("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
        string body = chunked[(chunked.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.That(chunked, Does.Contain("Transfer-Encoding: chunked\r\n"));
        Assert.That(body, Does.EndWith("\r\n0\r\n\r\n"));
        ChunkedDecoder decoder = default;
        byte[] bytes = Encoding.Latin1.GetBytes(body);
        int at = 0;
        int total = 0;
        while (decoder.Read(bytes.AsSpan(at), out int consumed, out ReadOnlySpan<byte> data) == ChunkStatus.Data)
        {
            at += consumed;
            total += data.Length;
        }

        Assert.That((decoder.IsEnded, total), Is.EqualTo((true, 200_000)));
        string old = await AskAsync("GET /stream HTTP/1.0\r\n\r\n");
        Assert.That(old.Length - old.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4, Is.EqualTo(200_000));
        await EndAsync();
    });

    [Test]
    public void Handler_ThrowsAfterTheHead_BreaksTheConnection() => _world.Run(async () =>
    {
        Serve();
        string answer = await AskAsync("GET /throwlate HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(answer, Does.Not.EndWith("0\r\n\r\n"));
        Assert.That(_errors.Single(), Is.TypeOf<FormatException>());
        answer = await AskAsync("GET /short HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(answer, Does.Not.Contain("HTTP/1.1 200 OK\r\n\r\n"));
        Assert.That(await AskAsync(Get), Does.Contain("Hello"));
        await EndAsync();
    });

    [Test]
    public void Expect_HandlerReads_GetsContinue() => _world.Run(async () =>
    {
        Serve();
        using StreamSocket stream = await Loop.ConnectAsync(_address);
        await stream.WriteAsync("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"u8.ToArray());
        byte[] buffer = new byte[200];
        int count = 0;
        while (count < 25)
            count += await stream.ReadAsync(buffer.AsMemory(count));
        Assert.That(Encoding.Latin1.GetString(buffer, 0, count), Is.EqualTo("HTTP/1.1 100 Continue\r\n\r\n"));
        await stream.WriteAsync("body"u8.ToArray());
        stream.Shutdown();
        Assert.That(await ReadAllAsync(stream), Does.StartWith("HTTP/1.1 200 OK").And.EndsWith("body"));
        string refused = await AskAsync("POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n", halfClose: false);
        Assert.That(refused, Does.Not.Contain("100 Continue").And.Contain("Connection: close"));
        await EndAsync(clients: 1);
    });

    [Test]
    public void Body_LongerThanTheLimit_Is413() => _world.Run(async () =>
    {
        _options.MaxBodySize = 1000;
        Serve();
        Assert.That(await AskAsync($"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n{new string('x', 1001)}\r\n0\r\n\r\n"), Does.Contain("413"));
        Assert.That(await AskAsync($"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n{new string('x', 1000)}\r\n0\r\n\r\n"), Does.Contain("200 OK"));
        await EndAsync();
    });

    [Test]
    public void Rejection_WithMuchUnreadInput_StillReachesTheClient() => _world.Run(async () =>
    {
        Serve();
        string answer = await AskAsync("BAD\u0001 / HTTP/1.1\r\n" + new string('x', 100_000));
        Assert.That(answer, Does.StartWith("HTTP/1.1 400 Bad Request"));
        await EndAsync();
    });

    [Test]
    public void Reset_InEveryStateOfARequest_LeaksNothing() => _world.Run(async () =>
    {
        Serve();
        foreach (string request in (string[])["", "GE", Get[..20], "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n", "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", Get])
        {
            for (int i = 0; i < 5; i++)
            {
                StreamSocket stream = await Loop.ConnectAsync(_address);
                if (request.Length > 0)
                    await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
                await Loop.DelayAsync(TimeSpan.FromMilliseconds(i));
                stream.Abort();
            }
        }

        await Loop.DelayAsync(TimeSpan.FromMilliseconds(IsSimulated ? 3000 : 150));
        Assert.That(await AskAsync(Get), Does.Contain("Hello"));
        await EndAsync();
    });

    [Test]
    public void Upgrade_Handler_TakesTheConnectionOver() => _world.Run(async () =>
    {
        Serve(async exchange =>
        {
            UpgradedConnection upgraded = await exchange.UpgradeAsync("echo");
            using StreamSocket stream = upgraded.Stream;
            await stream.WriteAsync(upgraded.Received);
            byte[] buffer = new byte[100];
            int count;
            while ((count = await stream.ReadAsync(buffer)) > 0)
                await stream.WriteAsync(buffer.AsMemory(0, count));
        });
        string answer = await AskAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nfirst second", piece: 90);
        Assert.That(answer, Is.EqualTo("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nfirst second"));
        Assert.That(await AskAsync(Get), Does.StartWith("HTTP/1.1 500"));
        await EndAsync();
    });

    [Test]
    public void DrainAsync_RequestsInProgressAndIdle_EndInGoodOrder() => _world.Run(async () =>
    {
        _options.DrainGrace = TimeSpan.FromMilliseconds(200);
        Serve();
        using StreamSocket idle = await Loop.ConnectAsync(_address);
        Task<string> inProgress = AskAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n", halfClose: false);
        await Loop.DelayAsync(TimeSpan.FromMilliseconds(10));
        Task draining = _server.DrainAsync().AsTask();
        await idle.WriteAsync(Encoding.Latin1.GetBytes(Get));
        Assert.That(await ReadAllAsync(idle), Does.Contain("Connection: close").And.EndsWith("Hello, World!"), "a request that was on its way");
        idle.Dispose();
        Assert.That(await inProgress, Does.Contain("Connection: close").And.EndsWith("slow"));
        await Assert.ThatAsync(async () => await Loop.ConnectAsync(_address), Throws.TypeOf<PlatformException>());
        await draining;
        Assert.That(_server.Statistics.Open, Is.Zero);
    });

    [Test]
    public void DrainAsync_Deadline_CutsOff() => _world.Run(async () =>
    {
        Serve(async exchange => await exchange.Loop.DelayAsync(TimeSpan.FromSeconds(IsSimulated ? 1000 : 2)));
        using StreamSocket stream = await Loop.ConnectAsync(_address);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(Get));
        await Loop.DelayAsync(TimeSpan.FromMilliseconds(10));
        using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(50), Loop.TimeProvider);
        await _server.DrainAsync(deadline.Token);
        Assert.That(_server.Statistics.Open, Is.Zero);
    });

    [Test]
    public void HttpExchange_UsedAfterItsRequest_ThrowsClearly() => _world.Run(async () =>
    {
        HttpExchange kept = default;
        Serve(exchange =>
        {
            kept = exchange;
            exchange.Respond(200, ""u8, ""u8);
            return ValueTask.CompletedTask;
        });
        await AskAsync(Get);
        Assert.That(() => kept.Respond(200, ""u8, ""u8), Throws.InvalidOperationException.With.Message.Contains("ended"));
        Assert.That(() => default(HttpExchange).Method, Throws.InvalidOperationException);
        await EndAsync();
    });

    [Test]
    public void HttpExchange_Misuse_ThrowsClearly() => _world.Run(async () =>
    {
        List<string> thrown = [];
        Serve(exchange =>
        {
            void Try(Action action)
            {
                try
                {
                    action();
                    thrown.Add("nothing");
                }
                catch (Exception e)
                {
                    thrown.Add(e.GetType().Name);
                }
            }

            Try(() => exchange.AddField("Content-Length"u8, "5"u8));
            Try(() => exchange.AddField("X"u8, "a\r\nInjected: b"u8));
            Try(() => exchange.AddField("X Y"u8, "a"u8));
            Try(() => exchange.StatusCode = 99);
            Try(() => _ = exchange.UpgradeAsync("").AsTask());
            exchange.Respond(200, default, "x"u8);
            Try(() => exchange.AddField("X"u8, "a"u8));
            Try(() => exchange.StatusCode = 404);
            return ValueTask.CompletedTask;
        });
        string answer = await AskAsync(Get);
        Assert.That(answer, Does.Not.Contain("Injected").And.EndsWith("\r\n\r\nx"));
        Assert.That(thrown, Is.EqualTo((string[])["ArgumentException", "ArgumentException", "ArgumentException", "ArgumentOutOfRangeException", "ArgumentException", "InvalidOperationException", "InvalidOperationException"]));
        await EndAsync();
    });

    [Test]
    public void Fuzz_MutatedTraffic_NeverBreaksTheServer() => _world.Run(async () =>
    {
        if (!IsSimulated)
            return;
        Random random = new((int)TestEffort.Seed());
        _options.KeepAliveTimeout = TimeSpan.FromSeconds(2);
        Serve();
        string[] corpus = [Get, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n", "GET /stream HTTP/1.0\r\n\r\n"];
        async Task Client()
        {
            StringBuilder text = new();
            for (int i = random.Next(1, 4); i > 0; i--)
                text.Append(corpus[random.Next(corpus.Length)]);
            for (int i = random.Next(4); i > 0; i--)
                text[random.Next(text.Length)] = (char)random.Next(256);
            using StreamSocket stream = await Loop.ConnectAsync(_address);
            Task<string> reading = ReadAllAsync(stream);
            try
            {
                byte[] bytes = Encoding.Latin1.GetBytes(text.ToString());
                for (int at = 0; at < bytes.Length;)
                {
                    int piece = Math.Min(bytes.Length - at, random.Next(1, 100));
                    await stream.WriteAsync(bytes.AsMemory(at, piece));
                    at += piece;
                    if (random.Next(4) == 0)
                        await Loop.DelayAsync(TimeSpan.FromMilliseconds(random.Next(50)));
                }

                if (random.Next(5) == 0)
                    stream.Abort();
                else if (random.Next(2) == 0)
                    stream.Shutdown();
            }
            catch (PlatformException)
            {
            }

            try
            {
                string answer = await reading;
                Assert.That(answer, Is.Empty.Or.StartsWith("HTTP/1.1 ").Or.StartsWith("["));
            }
            catch (ObjectDisposedException)
            {
            }
        }

        for (int round = 0; round < 15 * TestEffort.Factor; round++)
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Client()));
        Assert.That(await AskAsync(Get), Does.Contain("Hello"));
        Assert.That(_errors, Is.All.InstanceOf<IOException>());
        await EndAsync();
    });

    [Test]
    public void Get_Warm_AllocatesNothing() => _world.Run(async () =>
    {
        if (IsSimulated)
            return;
        _options.AccessLog = null;
        Serve(static exchange =>
        {
            exchange.Respond(200, "text/plain"u8, "Hello, World!"u8);
            return ValueTask.CompletedTask;
        });
        using StreamSocket stream = await Loop.ConnectAsync(_address);
        byte[] request = Encoding.Latin1.GetBytes(Get);
        byte[] buffer = new byte[1000];
        long least = long.MaxValue;

        // Windows of more than a second, so that the Date field, the one thing made anew, changes in each; the first warms up.
        for (int window = 0; window < 4 && least != 0; window++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan began = Loop.Now;
            while (Loop.Now - began < TimeSpan.FromSeconds(1.1))
            {
                await stream.WriteAsync(request);
                int received = 0;
                while (received < 130)
                    received += await stream.ReadAsync(buffer);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero);
        stream.Dispose();
        await EndAsync();
    });

    /// <summary>Every connection is gone and every exchange is back: nothing leaks.</summary>
    /// <param name="clients">Client connections that the test has not closed.</param>
    private async Task EndAsync(int clients = 0)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20), Loop.TimeProvider);
        _options.DrainGrace = TimeSpan.Zero;
        await _server.DrainAsync(deadline.Token);
        Assert.That(deadline.IsCancellationRequested, Is.False, "the server drained in time");
        Assert.That((_server.Statistics.Open, _server.Statistics.Active), Is.EqualTo((0, 0)));
        _server.Dispose();
        Assert.That(Loop.Statistics.OpenDevices, Is.EqualTo(clients));
    }

    private static string Without(string answer, string field) =>
        string.Join("\r\n", answer.Split("\r\n").Where(line => !line.StartsWith(field, StringComparison.Ordinal)));
}
