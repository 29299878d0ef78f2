using Gabbro.Reactor.Http.Client;

using static Gabbro.Reactor.Tests.Http.Client.ClientWorld;

namespace Gabbro.Reactor.Tests.Http.Client;

/// <summary>How long connections live: kept, dead when taken again, idle, and too slow.</summary>
public sealed class HttpClientConnectionTests
{
    private const string Length = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX: y\r\n\r\n0123456789";

    [TestCase("GET", true, true)]
    [TestCase("PUT", true, true)]
    [TestCase("DELETE", true, true)]
    [TestCase("POST", true, false)]
    [TestCase("PATCH", true, false)]
    [TestCase("GET", false, false)]
    public void SendAsync_ConnectionDiesUnderASecondRequest_OnlyIdempotentOnesAreRetried(string method, bool silent, bool retried) => InWorld(async loop =>
    {
        using ScriptedServer server = new(loop, async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Length);
            if (connection.Index > 0)
                return;

            // The second request on the first connection is read, and dropped: with no answer or with a piece of one.
            await connection.ReadHeadAsync();
            if (!silent)
                await connection.SendAsync("HTTP/1.1 ");
            connection.Stream.Dispose();
        });
        using LoopHttpClient client = new(loop);
        using (ClientResponse first = await client.GetAsync(server.Url()))
            await first.ReadAllAsync();
        ClientRequest request = new(method, new Uri(server.Url())) { Body = method == "GET" ? null : RequestBody.FromMemory("x"u8.ToArray()) };
        if (retried)
        {
            using ClientResponse second = await client.SendAsync(request);
            Assert.That(await second.ReadTextAsync(), Is.EqualTo("0123456789"));
            Assert.That((server.Connections, server.Requests), Is.EqualTo((2, 3)));
        }
        else
        {
            Assert.That((await FailureAsync(async () => await client.SendAsync(request))).Error, Is.EqualTo(HttpClientError.ConnectionLost));
            Assert.That((server.Connections, server.Requests), Is.EqualTo((1, 2)));
        }

        client.Dispose();
        server.Dispose();
        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [Test]
    public void SendAsync_ServerAlwaysDies_IsTriedTwiceAtMost() => InWorld(async loop =>
    {
        using ScriptedServer server = new(loop, async connection =>
        {
            await connection.ReadHeadAsync();
            if (connection.Index == 0)
            {
                await connection.SendAsync(Length);
                await connection.ReadHeadAsync();
            }

            connection.Stream.Dispose();
        });
        using LoopHttpClient client = new(loop);
        using (ClientResponse first = await client.GetAsync(server.Url()))
            await first.ReadAllAsync();
        Assert.That((await FailureAsync(async () => await client.GetAsync(server.Url()))).Error, Is.EqualTo(HttpClientError.ConnectionLost));
        Assert.That(server.Connections, Is.EqualTo(2));
        server.Dispose();
        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [Test]
    public void Idle_ServerCloses_OrTalks_TheConnectionIsNotUsedAgain() => InWorld(async loop =>
    {
        foreach (bool talks in (bool[])[false, true])
        {
            using ScriptedServer server = new(loop, async connection =>
            {
                await connection.ReadHeadAsync();
                await connection.SendAsync(Length);
                await loop.DelayAsync(TimeSpan.FromSeconds(1));
                if (talks)
                    await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
                else
                    connection.Stream.Dispose();
            });
            using LoopHttpClient client = new(loop);
            for (int i = 0; i < 3; i++)
            {
                ClientRequest request = new("POST", new Uri(server.Url()));
                using (ClientResponse answer = await client.SendAsync(request))
                    Assert.That(await answer.ReadTextAsync(), Is.EqualTo("0123456789"));
                Assert.That(client.IdleConnections, Is.EqualTo(1));
                await loop.DelayAsync(TimeSpan.FromSeconds(2));
                Assert.That(client.Connections, Is.Zero);
            }

            Assert.That(server.Connections, Is.EqualTo(3));
            server.Dispose();
        }

        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [Test]
    public void Response_MoreThanTheBody_IsNotTheNextAnswer() => InWorld(async loop =>
    {
        using ScriptedServer server = ScriptedServer.Always(loop, Length + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
        using LoopHttpClient client = new(loop);
        for (int i = 0; i < 3; i++)
        {
            using ClientResponse answer = await client.GetAsync(server.Url());
            Assert.That(await answer.ReadTextAsync(), Is.EqualTo("0123456789"));
        }

        Assert.That(server.Connections, Is.EqualTo(3), "bytes that nobody asked for end the connection");
        server.Dispose();
        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [Test]
    public void Timeouts_EachPhase_IsTimedInVirtualTime() => InWorld(async loop =>
    {
        async Task Expect(TimeSpan after, Func<ScriptedServer.ScriptedConnection, Task> script, RequestBody? body = null)
        {
            using ScriptedServer server = new(loop, script);
            using LoopHttpClient client = new(loop);
            TimeSpan began = loop.Now;
            HttpClientException failure = await FailureAsync(async () =>
            {
                using ClientResponse answer = await client.SendAsync(new ClientRequest(body is null ? "GET" : "POST", new Uri(server.Url())) { Body = body });
                await answer.ReadAllAsync();
            });
            Assert.That(failure.Error, Is.EqualTo(HttpClientError.Timeout), failure.ToString());
            Assert.That((loop.Now - began).TotalSeconds, Is.EqualTo(after.TotalSeconds).Within(1));
            Assert.That(client.Connections, Is.Zero);
        }

        LoopHttpClientOptions defaults = new();
        await Expect(defaults.HeadTimeout, async connection => await connection.ReadHeadAsync());
        await Expect(defaults.HeadTimeout, async connection =>
        {
            // A byte now and then is not progress enough.
            await connection.ReadHeadAsync();
            for (int i = 0; i < 1000; i++)
            {
                await connection.SendAsync("HTTP/1.1 200 OK\r\nslow: loris loris loris loris"[Math.Min(i, 20)..(Math.Min(i, 20) + 1)]);
                await loop.DelayAsync(TimeSpan.FromSeconds(9));
            }
        });
        await Expect(defaults.BodyTimeout, async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(Length[..^3]);
        });
        await Expect(defaults.SendTimeout, async _ => await loop.DelayAsync(TimeSpan.FromHours(1)), RequestBody.FromMemory(new byte[1_000_000]));

        using LoopHttpClient waiting = new(loop, new LoopHttpClientOptions
        {
            Connector = async (_, token) =>
        {
            await loop.DelayAsync(TimeSpan.FromHours(1), token);
            throw new InvalidOperationException("not reached");
        }
        });
        Assert.That((await FailureAsync(async () => await waiting.GetAsync("http://example/"))).Error, Is.EqualTo(HttpClientError.Timeout));
        await loop.DelayAsync(TimeSpan.FromHours(2));
    });

    [Test]
    public void IdleTimeout_Passes_ClosesTheConnection() => InWorld(async loop =>
    {
        using ScriptedServer server = ScriptedServer.Always(loop, Length);
        using LoopHttpClient client = new(loop);
        using (ClientResponse answer = await client.GetAsync(server.Url()))
            await answer.ReadAllAsync();
        await loop.DelayAsync(TimeSpan.FromSeconds(59));
        Assert.That(client.IdleConnections, Is.EqualTo(1));
        await loop.DelayAsync(TimeSpan.FromSeconds(2));
        Assert.That(client.Connections, Is.Zero);
        server.Dispose();
        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });
}
