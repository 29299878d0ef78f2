using System.Text;
using Gabbro.Reactor.Http;
using Gabbro.Reactor.Http.Client;
using Gabbro.Reactor.Simulation;

using static Gabbro.Reactor.Tests.Http.Client.ClientWorld;

namespace Gabbro.Reactor.Tests.Http.Client;

/// <summary>Servers that are broken, slow or hostile, in a simulated world.</summary>
public sealed class HttpClientAttackTests
{
    private const string Length = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX: y\r\n\r\n0123456789";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;ext=\"q\"\r\n0123\r\n6\r\n456789\r\n0\r\nTrailer: t\r\n\r\n";
    private const string Interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200\r\nContent-Length: 10\r\n\r\n0123456789";
    private const string UntilClose = "HTTP/1.0 200 OK\r\nServer: old\r\n\r\n0123456789";

    [TestCase(Length)]
    [TestCase(Chunked)]
    [TestCase(Interim)]
    [TestCase(UntilClose)]
    public void SendAsync_ResponseSplitAtEveryByte_IsTheSame(string response) => InWorld(async loop =>
    {
        for (int first = 0; first <= response.Length; first++)
        {
            int cut = first;
            using ScriptedServer server = new(loop, async connection =>
            {
                await connection.ReadHeadAsync();
                if (cut > 0)
                    await connection.SendAsync(response[..cut]);
                await loop.DelayAsync(TimeSpan.FromMilliseconds(10));
                if (cut < response.Length)
                    await connection.SendAsync(response[cut..]);
                connection.Stream.Shutdown();
            });
            using LoopHttpClient client = new(loop);
            using ClientResponse answer = await client.GetAsync(server.Url());
            Assert.That(answer.StatusCode, Is.EqualTo(200));
            Assert.That(await answer.ReadTextAsync(), Is.EqualTo("0123456789"), $"cut at {first}");
        }

        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [TestCase(Length)]
    [TestCase(Chunked)]
    [TestCase(Interim)]
    public void SendAsync_ResponseByteByByte_IsTheSame(string response) => InWorld(async loop =>
    {
        using ScriptedServer server = new(loop, async connection =>
        {
            while (await connection.ReadHeadAsync() is not null)
            {
                foreach (char c in response)
                {
                    await connection.SendAsync(c.ToString());
                    await loop.DelayAsync(TimeSpan.FromMilliseconds(3));
                }
            }

            connection.Stream.Dispose();
        });
        using (LoopHttpClient client = new(loop))
        {
            for (int i = 0; i < 3; i++)
            {
                using ClientResponse answer = await client.GetAsync(server.Url());
                Assert.That(await answer.ReadTextAsync(), Is.EqualTo("0123456789"));
            }

            Assert.That(server.Connections, Is.EqualTo(1));
        }

        server.Dispose();
        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [TestCase(Length, false)]
    [TestCase(Length, true)]
    [TestCase(Chunked, false)]
    [TestCase(Chunked, true)]
    [TestCase(Interim, false)]
    public void SendAsync_ServerClosesAtEveryByte_IsTold(string response, bool reset) => InWorld(async loop =>
    {
        for (int length = 0; length < response.Length; length++)
        {
            int cut = length;
            using ScriptedServer server = new(loop, async connection =>
            {
                await connection.ReadHeadAsync();
                if (cut > 0)
                    await connection.SendAsync(response[..cut]);
                if (reset)
                {
                    await loop.DelayAsync(TimeSpan.FromMilliseconds(10));
                    connection.Stream.Abort();
                }
                else
                {
                    connection.Stream.Dispose();
                }
            });
            using LoopHttpClient client = new(loop);
            HttpClientException failure = await FailureAsync(async () =>
            {
                using ClientResponse answer = await client.GetAsync(server.Url());
                await answer.ReadAllAsync();
            });
            Assert.That(failure.Error, Is.EqualTo(HttpClientError.ConnectionLost), $"cut at {length}: {failure}");
            Assert.That(server.Connections, Is.EqualTo(1), "a response that has begun is not asked for again, nor a first one");
            Assert.That(client.Connections, Is.Zero);
        }

        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [TestCase("HTTP/1.1 200 OK\nContent-Length: 0\n\n", RejectionReason.BareLineBreak)]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: b\n\r\n", RejectionReason.BareLineBreak)]
    [TestCase("HTTP/2.0 200 OK\r\n\r\n", RejectionReason.UnsupportedVersion)]
    [TestCase("http/1.1 200 OK\r\n\r\n", RejectionReason.InvalidVersion)]
    [TestCase("ICY 200 OK\r\n\r\n", RejectionReason.InvalidVersion)]
    [TestCase("HTTP/1.1  200 OK\r\n\r\n", RejectionReason.InvalidStatusLine)]
    [TestCase("HTTP/1.1 20 OK\r\n\r\n", RejectionReason.InvalidStatusLine)]
    [TestCase("HTTP/1.1 2000 OK\r\n\r\n", RejectionReason.InvalidStatusLine)]
    [TestCase("HTTP/1.1 099 OK\r\n\r\n", RejectionReason.InvalidStatusLine)]
    [TestCase("HTTP/1.1 600 OK\r\n\r\n", RejectionReason.InvalidStatusLine)]
    [TestCase("HTTP/1.1 200 O\0K\r\n\r\n", RejectionReason.InvalidStatusLine)]
    [TestCase("HTTP/1.1 200 OK\r\n folded: 1\r\n\r\n", RejectionReason.ObsoleteFolding)]
    [TestCase("HTTP/1.1 200 OK\r\nname : 1\r\n\r\n", RejectionReason.InvalidFieldName)]
    [TestCase("HTTP/1.1 200 OK\r\nname: a\0b\r\n\r\n", RejectionReason.InvalidFieldValue)]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n0", RejectionReason.InvalidContentLength)]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n0", RejectionReason.InvalidContentLength)]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", RejectionReason.LengthAndTransferEncoding)]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", RejectionReason.UnsupportedTransferEncoding)]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", RejectionReason.InvalidTransferEncoding)]
    [TestCase("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", RejectionReason.TransferEncodingInOldVersion)]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", RejectionReason.InvalidChunkSize)]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", RejectionReason.InvalidChunkEnd)]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", RejectionReason.InvalidChunkSize)]
    [TestCase("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", RejectionReason.None)]
    public void SendAsync_MalformedResponse_IsRefusedAndTheConnectionClosed(string response, RejectionReason reason) => InWorld(async loop =>
    {
        using ScriptedServer server = ScriptedServer.Always(loop, response);
        using LoopHttpClient client = new(loop);
        HttpClientException failure = await FailureAsync(async () =>
        {
            using ClientResponse answer = await client.GetAsync(server.Url());
            await answer.ReadAllAsync();
        });
        Assert.That((failure.Error, failure.Rejection), Is.EqualTo((HttpClientError.Protocol, reason)));
        Assert.That((client.Connections, server.Requests), Is.EqualTo((0, 1)));
        server.Dispose();
        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [Test]
    public void SendAsync_EverythingTooLarge_IsRefused() => InWorld(async loop =>
    {
        LoopHttpClientOptions options = new() { HeadLimits = new HeadLimits(100, 1000, 10), MaxBodySize = 50 };
        string[] responses =
        [
            "HTTP/1.1 200 " + new string('x', 200) + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: " + new string('x', 2000) + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 11)) + "\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 51\r\n\r\n" + new string('x', 51),
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n33\r\n" + new string('x', 51) + "\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\n" + new string('x', 51),
        ];
        foreach (string response in responses)
        {
            using ScriptedServer server = ScriptedServer.Always(loop, response, close: true);
            using LoopHttpClient client = new(loop, options);
            HttpClientException failure = await FailureAsync(async () =>
            {
                using ClientResponse answer = await client.GetAsync(server.Url());
                await answer.ReadAllAsync();
            });
            Assert.That(failure.Error, Is.EqualTo(HttpClientError.TooLarge), response);
        }

        using ScriptedServer fine = ScriptedServer.Always(loop, Length);
        using LoopHttpClient small = new(loop);
        using (ClientResponse answer = await small.GetAsync(fine.Url()))
            Assert.That((await FailureAsync(async () => await answer.ReadAllAsync(9))).Error, Is.EqualTo(HttpClientError.TooLarge));
        using (ClientResponse answer = await small.GetAsync(fine.Url()))
            Assert.That(await answer.ReadAllAsync(10), Has.Length.EqualTo(10));
        using ScriptedServer interims = ScriptedServer.Always(loop, string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early\r\n\r\n", 17)));
        Assert.That((await FailureAsync(async () => await small.GetAsync(interims.Url()))).Error, Is.EqualTo(HttpClientError.Protocol));
        small.Dispose();
        fine.Dispose();
        interims.Dispose();
        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [Test]
    public void ExpectContinue_RefusedAskedOrIgnored_IsHonoured() => InWorld(async loop =>
    {
        List<string> bodies = [];
        using ScriptedServer server = new(loop, async connection =>
        {
            while (await connection.ReadHeadAsync() is { } head)
            {
                Assert.That(head, Does.Contain("Expect: 100-continue\r\n"));
                if (head.StartsWith("POST /refuse", StringComparison.Ordinal))
                {
                    await connection.SendAsync("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
                    continue;
                }

                if (head.StartsWith("POST /continue", StringComparison.Ordinal))
                    await connection.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
                bodies.Add(await connection.ReadBodyAsync(4));
                await connection.SendAsync(Length);
            }

            connection.Stream.Dispose();
        });
        using LoopHttpClient client = new(loop);
        foreach (string path in (string[])["/continue", "/ignored", "/refuse", "/continue"])
        {
            TimeSpan began = loop.Now;
            ClientRequest request = new("POST", new Uri(server.Url(path))) { Body = RequestBody.FromMemory("body"u8.ToArray()), ExpectContinue = true };
            using ClientResponse answer = await client.SendAsync(request);
            Assert.That(answer.StatusCode, Is.EqualTo(path == "/refuse" ? 417 : 200));
            await answer.ReadAllAsync();
            Assert.That((loop.Now - began).TotalSeconds, Is.EqualTo(path == "/ignored" ? 1 : 0).Within(0.5));
        }

        Assert.That(bodies, Is.EqualTo((string[])["body", "body", "body"]));
        Assert.That(server.Connections, Is.EqualTo(2), "a request whose body was not sent ends its connection");
        Assert.That(server.Failure, Is.Null);
        client.Dispose();
        server.Dispose();
        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [Test]
    public void SendAsync_ServerAnswersBeforeTheBodyIsSent_TheAnswerArrives() => InWorld(async loop =>
    {
        foreach (bool closes in (bool[])[false, true])
        {
            using ScriptedServer server = new(loop, async connection =>
            {
                await connection.ReadHeadAsync();
                await connection.SendAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
                if (closes)
                    connection.Stream.Shutdown();
                await loop.DelayAsync(TimeSpan.FromHours(1));
            });
            using LoopHttpClient client = new(loop);
            using (ClientResponse answer = await client.PostAsync(server.Url(), new byte[5_000_000]))
            {
                Assert.That(answer.StatusCode, Is.EqualTo(413));
                Assert.That(await answer.ReadTextAsync(), Is.EqualTo("no"));
            }

            ClientRequest streamed = new("POST", new Uri(server.Url())) { Body = RequestBody.FromStream(new MemoryStream(new byte[5_000_000])) };
            using (ClientResponse answer = await client.SendAsync(streamed))
                Assert.That(answer.StatusCode, Is.EqualTo(413));
            Assert.That(client.Connections, Is.Zero, "half a request leaves a connection of no use");
        }

        await loop.DelayAsync(TimeSpan.FromHours(2));
    });

    [Test]
    public void SendAsync_BodyOfTheWrongLength_FailsAndCloses() => InWorld(async loop =>
    {
        using ScriptedServer server = ScriptedServer.Always(loop, Length);
        using LoopHttpClient client = new(loop);
        ClientRequest shortBody = new("PUT", new Uri(server.Url())) { Body = RequestBody.FromStream(new MemoryStream(new byte[10]), 11) };
        Assert.That((await FailureAsync(async () => await client.SendAsync(shortBody))).Error, Is.EqualTo(HttpClientError.RequestBody));
        ClientRequest failing = new("PUT", new Uri(server.Url())) { Body = new FailingBody() };
        await Assert.ThatAsync(async () => await client.SendAsync(failing), Throws.TypeOf<InvalidDataException>());
        Assert.That(client.Connections, Is.Zero);
        client.Dispose();
        server.Dispose();
        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [Test]
    public void ClientRequest_Injection_IsRefused()
    {
        Uri uri = new("http://host/");
        ClientRequest request = new(uri);
        Assert.That(() => request.AddField("X", "a\r\nHost: evil"), Throws.ArgumentException);
        Assert.That(() => request.AddField("X", "a\nb"), Throws.ArgumentException);
        Assert.That(() => request.AddField("X", "a\0b"), Throws.ArgumentException);
        Assert.That(() => request.AddField("X", "ü"), Throws.ArgumentException);
        Assert.That(() => request.AddField("X Y", "a"), Throws.ArgumentException);
        Assert.That(() => request.AddField("", "a"), Throws.ArgumentException);
        foreach (string own in (string[])["Host", "content-length", "Transfer-Encoding", "Connection", "Expect", "TE"])
            Assert.That(() => request.AddField(own, "1"), Throws.ArgumentException);
        Assert.That(() => new ClientRequest("GET /x HTTP/1.1\r\nA:", uri), Throws.ArgumentException);
        Assert.That(() => new ClientRequest("CONNECT", uri), Throws.ArgumentException);
        Assert.That(() => new ClientRequest(new Uri("ftp://host/")), Throws.ArgumentException);
        Assert.That(() => new ClientRequest(new Uri("/relative", UriKind.Relative)), Throws.ArgumentException);
        Assert.That(() => new ClientRequest(new Uri("http://user:secret@host/")), Throws.ArgumentException);
        Assert.That(() => new ClientRequest(null!), Throws.ArgumentNullException);
        string head = Encoding.ASCII.GetString(new ClientRequest(new Uri("http://[::1]:8080/a b?q=ü#frag")).GetHead("agent").Span);
        Assert.That(head, Is.EqualTo("GET /a%20b?q=%C3%BC HTTP/1.1\r\nHost: [::1]:8080\r\nUser-Agent: agent\r\n\r\n"));
    }

    [Test]
    public void Redirects_LoopsAndOtherOrigins_AreKeptInBounds() => InWorld(async loop =>
    {
        List<string> heads = [];
        using ScriptedServer other = new(loop, async connection =>
        {
            heads.Add((await connection.ReadHeadAsync())!);
            await connection.SendAsync(Length);
            connection.Stream.Dispose();
        });
        using ScriptedServer server = new(loop, async connection =>
        {
            while (await connection.ReadHeadAsync() is { } head)
            {
                string location = head.StartsWith("GET /loop", StringComparison.Ordinal) ? "/loop"
                    : head.StartsWith("GET /file", StringComparison.Ordinal) ? "file:///etc/passwd" : other.Url("/there");
                await connection.SendAsync($"HTTP/1.1 307 Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
            }

            connection.Stream.Dispose();
        });
        using LoopHttpClient client = new(loop, new LoopHttpClientOptions { MaxRedirects = 5 });
        Assert.That((await FailureAsync(async () => await client.GetAsync(server.Url("/loop")))).Error, Is.EqualTo(HttpClientError.TooManyRedirects));
        Assert.That(server.Requests, Is.EqualTo(6));
        using (ClientResponse answer = await client.GetAsync(server.Url("/file")))
            Assert.That(answer.StatusCode, Is.EqualTo(307), "another scheme is not followed");
        ClientRequest request = new(new Uri(server.Url("/else")));
        request.AddField("Authorization", "secret");
        request.AddField("Cookie", "secret");
        request.AddField("X-Kept", "yes");
        using (ClientResponse answer = await client.SendAsync(request))
            Assert.That(answer.Uri.ToString(), Is.EqualTo(other.Url("/there")));
        Assert.That(heads.Single(), Does.Not.Contain("secret").And.Contain("X-Kept: yes"));
        client.Dispose();
        server.Dispose();
        other.Dispose();
        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [Test]
    public void Response_AfterDispose_Throws() => InWorld(async loop =>
    {
        using ScriptedServer server = ScriptedServer.Always(loop, Length);
        using LoopHttpClient client = new(loop);
        ClientResponse first = await client.GetAsync(server.Url());
        Assert.That(async () => await first.ReadAsync(default), Throws.ArgumentException);
        first.Dispose();
        first.Dispose();
        using ClientResponse second = await client.GetAsync(server.Url());
        Assert.That(server.Connections, Is.EqualTo(1));
        Assert.That(() => first.StatusCode, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => first.ReadAsync(new byte[1]), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => default(ClientResponse).StatusCode, Throws.TypeOf<ObjectDisposedException>());
        first.Dispose();
        Assert.That(await second.ReadTextAsync(), Is.EqualTo("0123456789"), "an old handle does not end a new response");
        client.Dispose();
        server.Dispose();
        await loop.DelayAsync(TimeSpan.FromMilliseconds(20));
    });

    [Test]
    public void SendAsync_InAWorldOfFaults_EndsRightOrSaysWhy() => InWorld(async _ =>
    {
        for (int round = 0; round < 20 * TestEffort.Factor; round++)
        {
            ulong seed = TestEffort.Seed();
            using SimulatedWorld world = new(new SimulationOptions
            {
                Seed = seed,
                ShortReads = 0.3,
                ShortWrites = 0.3,
                Resets = 0.02,
                ConnectFailures = 0.1,
                SpuriousReadiness = 0.1,
                StreamCapacity = 3000,
            });
            await Task.Run(() => world.Loop.Run(async () =>
            {
                byte[] payload = new byte[20_000];
                new Random((int)seed).NextBytes(payload);
                string text = Encoding.Latin1.GetString(payload);
                using ScriptedServer server = ScriptedServer.Always(world.Loop, $"HTTP/1.1 200 OK\r\nContent-Length: {payload.Length}\r\n\r\n{text}");
                using LoopHttpClient client = new(world.Loop, new LoopHttpClientOptions { MaxConnectionsPerOrigin = 3 });
                async Task Ask()
                {
                    for (int i = 0; i < 10; i++)
                    {
                        try
                        {
                            using ClientResponse answer = await client.GetAsync(server.Url());
                            Assert.That((await answer.ReadAllAsync()).AsSpan().SequenceEqual(payload), Is.True);
                        }
                        catch (HttpClientException failure) when (failure.Error is HttpClientError.Connect or HttpClientError.ConnectionLost)
                        {
                        }
                    }
                }

                await Task.WhenAll(Ask(), Ask(), Ask(), Ask(), Ask());
                client.Dispose();
                server.Dispose();
                await world.Loop.DelayAsync(TimeSpan.FromSeconds(1));
                Assert.That(world.Loop.Statistics.OpenDevices, Is.Zero);
            }));
        }
    });

    private sealed class FailingBody : RequestBody
    {
        public override long Length => -1;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
            ValueTask.FromException<int>(new InvalidDataException("the source failed"));
    }
}
