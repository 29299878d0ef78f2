using System.Text;
using Gabbro.Platform;
using Gabbro.Reactor.Http;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Http;

public sealed partial class HttpServerTests
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    /// <summary>
    /// Messages whose end two readers could see in two places, or that no grammar allows. What stands behind them must never
    /// be taken for a request.
    /// </summary>
    private static readonly (string Name, string Message, string Status)[] Ambiguous =
    [
        ("length and chunked", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX", "400"),
        ("chunked and length", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", "400"),
        ("two lengths", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "400"),
        ("two equal lengths", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "400"),
        ("a list of lengths", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello", "400"),
        ("a signed length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello", "400"),
        ("a hexadecimal length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello", "400"),
        ("a length in another field's fold", "POST /echo HTTP/1.1\r\nHost: a\r\nX: a\r\n Content-Length: 5\r\n\r\nhello", "400"),
        ("a space before the colon", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello", "400"),
        ("a space before the encoding's colon", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "400"),
        ("a tab inside the encoding", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chun\tked\r\n\r\n0\r\n\r\n", "400"),
        ("a vertical tab before the encoding", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n", "400"),
        ("an encoding behind chunked", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "400"),
        ("chunked twice", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
        ("an unknown encoding", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: cow, chunked\r\n\r\n0\r\n\r\n", "501"),
        ("chunked in HTTP/1.0", "POST /echo HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
        ("a bare line feed behind a field", "POST /echo HTTP/1.1\r\nHost: a\r\nX: a\nContent-Length: 5\r\n\r\nhello", "400"),
        ("a bare carriage return in a value", "POST /echo HTTP/1.1\r\nHost: a\r\nX: a\rContent-Length: 5\r\n\r\nhello", "400"),
        ("a zero byte in a name", "POST /echo HTTP/1.1\r\nHost: a\r\nContent\0Length: 5\r\n\r\nhello", "400"),
        ("line feeds only", "POST /echo HTTP/1.1\nHost: a\nContent-Length: 5\n\nhello", "400"),
        ("a chunk size behind a sign", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n", "400"),
        ("a chunk size with 0x", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n", "400"),
        ("a chunk size past 64 bits", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n", "400"),
        ("a line feed in a chunk extension", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a\nhello\r\n0\r\n\r\n", "400"),
        ("a line feed in a quoted extension", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"\n\"\r\nhello\r\n0\r\n\r\n", "400"),
        ("a line feed behind a chunk", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n", "400"),
        ("a chunk longer than its size", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n", "400"),
        ("endless chunk extensions", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;" + new string('e', 9000) + "\r\nhello\r\n0\r\n\r\n", "400"),
        ("a fold in a trailer", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n c\r\n\r\n", "400"),
        ("no host", "POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", "400"),
        ("two hosts", "POST /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 5\r\n\r\nhello", "400"),
        ("another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"),
        ("a TLS greeting", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", "400"),
        ("too many fields", "GET /hello HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 101)) + "\r\n", "431"),
        ("a field of 40 KB", "GET /hello HTTP/1.1\r\nHost: a\r\nX: " + new string('a', 40_000) + "\r\n\r\n", "431"),
        ("a target of 10 KB", "GET /" + new string('a', 10_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", "414"),
    ];

    private static IEnumerable<TestCaseData> AmbiguousCases =>
        Ambiguous.Select(item => new TestCaseData(item.Message, item.Status).SetArgDisplayNames(item.Name));

    [TestCaseSource(nameof(AmbiguousCases))]
    public void Request_Ambiguous_IsRefusedAndNothingBehindItIsServed(string message, string status) => _world.Run(async () =>
    {
        Serve();
        foreach (int piece in (int[])[int.MaxValue, 700])
        {
            _log.Clear();
            string answer = await AskAsync(message + Smuggled, piece: piece);

            // A handler may have begun to answer before the body broke the rule; then the connection just ends.
            Assert.That(answer, Does.StartWith($"HTTP/1.1 {status} ").And.Contain("Connection: close"), $"pieces of {piece}");
            Assert.That(answer.Split("HTTP/1.1 ").Length - 1, Is.EqualTo(1), "one answer");
            Assert.That(_log.Select(entry => entry.Target), Has.None.EqualTo("/smuggled"));
            Assert.That(_log.Single().Rejection, Is.Not.EqualTo(RejectionReason.None));
        }

        await EndAsync();
    });

    [Test]
    public void Message_SplitAnywhere_IsAnsweredTheSame() => _world.Run(async () =>
    {
        Serve();
        const string Messages = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n"
            + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nfour" + Get;
        string whole = Plain(await AskAsync(Messages));
        Assert.That(whole, Does.Contain("abcde").And.Contain("four").And.EndsWith("Hello, World!"));
        byte[] bytes = Encoding.Latin1.GetBytes(Messages);
        for (int split = 1; split < bytes.Length; split++)
        {
            using StreamSocket stream = await Loop.ConnectAsync(_address);
            await stream.WriteAsync(bytes.AsMemory(0, split));
            await Loop.DelayAsync(TimeSpan.FromMilliseconds(IsSimulated ? 20 : 0));
            await stream.WriteAsync(bytes.AsMemory(split));
            stream.Shutdown();
            Assert.That(Plain(await ReadAllAsync(stream)), Is.EqualTo(whole), $"split at {split}");
        }

        await EndAsync();

        static string Plain(string answer) => Without(answer, "Date");
    });

    [Test]
    public void Pipeline_SecondRequestWaits_FirstIsAnsweredMeanwhile() => _world.Run(async () =>
    {
        Serve();
        using StreamSocket stream = await Loop.ConnectAsync(_address);

        // A client may wait for the first answer before it sends the rest of the second request.
        await stream.WriteAsync(Encoding.Latin1.GetBytes(Get + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfirst"));
        StringBuilder first = new();
        while (!first.ToString().EndsWith("Hello, World!", StringComparison.Ordinal))
            first.Append(Encoding.Latin1.GetString((await stream.ReadBorrowedAsync()).Span));
        await stream.WriteAsync("after"u8.ToArray());
        stream.Shutdown();
        Assert.That(await ReadAllAsync(stream), Does.EndWith("firstafter"));
        await EndAsync(clients: 1);
    });

    [Test]
    public void Pipeline_ClientReadsLate_EverythingArrivesInOrder() => _world.Run(async () =>
    {
        // Responses that fill every buffer between the two ends, in front of requests whose handlers wait, write, ask for more
        // and fail.
        _options.Listen = new ListenOptions { Streams = new StreamOptions { SendBuffer = 8 * 1024 } };
        byte[] large = new byte[300_000];
        Serve(async exchange =>
        {
            switch (Encoding.Latin1.GetString(exchange.Path))
            {
                case "/large":
                    exchange.Write(large);
                    return;
                case "/wait":
                    await exchange.Loop.DelayAsync(TimeSpan.FromMilliseconds(1));
                    exchange.Respond(200, "waited");
                    return;
                case "/parts":
                    await exchange.Loop.DelayAsync(TimeSpan.FromMilliseconds(1));
                    for (int i = 0; i < 5; i++)
                        await exchange.WriteAsync(new byte[9_000]);
                    return;
                case "/body":
                    await exchange.Loop.DelayAsync(TimeSpan.FromMilliseconds(1));
                    byte[] buffer = new byte[10];
                    int count;
                    while ((count = await exchange.ReadBodyAsync(buffer)) > 0)
                        exchange.Write(buffer.AsSpan(0, count));
                    return;
                default:
                    await exchange.Loop.DelayAsync(TimeSpan.FromMilliseconds(1));
                    throw new FormatException("as asked");
            }
        });
        string[] paths = ["/large", "/wait", "/large", "/parts", "/wait", "/large", "/body", "/large", "/fail"];
        StringBuilder requests = new();
        foreach (string path in paths)
            requests.Append(path == "/body" ? $"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nbody" : $"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        using StreamSocket stream = await Loop.ConnectAsync(_address, new StreamOptions { ReceiveBuffer = 8 * 1024 });
        await stream.WriteAsync(Encoding.Latin1.GetBytes(requests.ToString()));
        await Loop.DelayAsync(TimeSpan.FromMilliseconds(30));
        string answer = await ReadAllAsync(stream);
        string shape = string.Join(' ', answer.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries).Select(part => $"{part[..3]}:{part.Length - part.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4}"));
        string chunked = $"200:{5 * (9_000 + 8) + 5}";
        Assert.That(shape, Is.EqualTo($"200:300014 200:6 200:300014 {chunked} 200:6 200:300014 200:4 200:300014 500:0").Or.EqualTo(
            $"200:300014 200:6 200:300014 {chunked} 200:6 200:300014 100:0 200:4 200:300014 500:0"));
        await EndAsync(clients: 1);
    });

    [Test]
    public void SlowLoris_Hundreds_DoNotKeepOthersFromBeingServed() => _world.Run(async () =>
    {
        _options.HeadTimeout = TimeSpan.FromMilliseconds(IsSimulated ? 15_000 : 600);
        Serve();
        List<StreamSocket> slow = [];
        List<Task<string>> answers = [];
        for (int i = 0; i < 200; i++)
        {
            StreamSocket stream = await Loop.ConnectAsync(_address);
            slow.Add(stream);
            answers.Add(ReadAllAsync(stream));
            await stream.WriteAsync(Encoding.Latin1.GetBytes(Get[..(1 + i % (Get.Length - 1))]));
        }

        for (int i = 0; i < 20; i++)
            Assert.That(await AskAsync(Get), Does.EndWith("Hello, World!"));
        string[] all = await Task.WhenAll(answers);
        Assert.That(all, Has.All.StartsWith("HTTP/1.1 408"));
        foreach (StreamSocket stream in slow)
            stream.Dispose();
        Assert.That(_server.Statistics.TimedOut, Is.EqualTo(200));
        await EndAsync();
    });

    [Test]
    public void Pipeline_ClientThatNeverReads_IsNotServedWithoutBound() => _world.Run(async () =>
    {
        _options.WriteTimeout = TimeSpan.FromMilliseconds(IsSimulated ? 30_000 : 400);
        _options.Listen = new ListenOptions { Streams = new StreamOptions { SendBuffer = 16 * 1024 } };
        Serve();
        using StreamSocket stream = await Loop.ConnectAsync(_address, new StreamOptions { ReceiveBuffer = 16 * 1024 });
        byte[] requests = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(Get, 1000)));
        long sent = 0;
        try
        {
            while (sent < 200_000_000)
            {
                await stream.WriteAsync(requests);
                sent += requests.Length;
            }
        }
        catch (PlatformException)
        {
            // Cut off, as it should be.
        }

        // Every response is four times its request: what was answered is bounded by the buffers between the two ends.
        Assert.That(sent, Is.LessThan(50_000_000));
        Assert.That(_server.Statistics.Requests * 150, Is.LessThan(20_000_000));
        Assert.That(_server.Statistics.Open, Is.Zero);

        // The next connection may get the exchange of the one that was cut off, and must not inherit its failure: it would show
        // when a head comes in pieces.
        for (int i = 0; i < 3; i++)
            Assert.That(await AskAsync(Get, piece: 9), Does.EndWith("Hello, World!"));
        await EndAsync(clients: 1);
    });
}
