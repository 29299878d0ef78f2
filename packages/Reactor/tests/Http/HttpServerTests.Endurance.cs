using System.Text;
using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Http;
using Gabbro.Reactor.Http.Server;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Http;

public sealed partial class HttpServerTests
{
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
        long before = 0;
        for (int i = 0; i < 1000; i++)
        {
            if (i == 500)
                before = GC.GetAllocatedBytesForCurrentThread();
            await stream.WriteAsync(request);
            int count = 0;
            while (count < 130)
                count += await stream.ReadAsync(buffer);
        }

        // The Date field is made anew once a second.
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThanOrEqualTo(64 * 4));
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
