using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gabbro.Platform;
using Gabbro.Platform.Processes;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Adapters;
using Gabbro.Reactor.Http.Client;
using Gabbro.Reactor.Net;
using Gabbro.Reactor.Processes;

namespace Gabbro.Reactor.Tests.Http.Client;

/// <summary>The client against servers that others wrote, and over TLS and Unix sockets.</summary>
[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.RealBackends))]
public sealed class OtherServersTests(BackendKind backend)
{
    private LoopWorld _world = null!;

    private EventLoop Loop => _world.Loop;

    [SetUp]
    public void Create() => _world = LoopWorld.Create(backend.ToString());

    [TearDown]
    public void End() => _world.Dispose();

    [Test]
    public void SendAsync_ToTheRuntimesListener_WorksBothWays()
    {
        int port = FreePort();
        using HttpListener listener = new();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        Task serving = Task.Run(() => ServeAsync(listener));
        _world.Run(async () =>
        {
            using LoopHttpClient client = new(Loop);
            byte[] body = new byte[100_000];
            new Random(9).NextBytes(body);
            for (int i = 0; i < 10; i++)
            {
                ClientRequest request = new("POST", new Uri($"http://127.0.0.1:{port}/echo"))
                {
                    Body = i % 2 == 0 ? RequestBody.FromMemory(body) : RequestBody.FromStream(new MemoryStream(body)),
                };
                using ClientResponse response = await client.SendAsync(request);
                Assert.That(response.StatusCode, Is.EqualTo(200));
                Assert.That((await response.ReadAllAsync()).AsSpan().SequenceEqual(body), Is.True);
            }

            Assert.That(client.Connections, Is.EqualTo(1));
        });
        listener.Stop();
        Assert.That(serving.Wait(TimeSpan.FromSeconds(30)), Is.True);
    }

    [Test]
    public void GetAsync_FromPython_GivesTheFile()
    {
        string directory = Directory.CreateTempSubdirectory("gabbro-").FullName;
        byte[] content = new byte[200_000];
        new Random(4).NextBytes(content);
        File.WriteAllBytes(Path.Combine(directory, "file.bin"), content);
        _world.Run(async () =>
        {
            LoopProcess python;
            try
            {
                python = LoopProcess.Start(Loop, new SpawnOptions("python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", directory)
                {
                    StandardOutput = StandardStream.Pipe,
                    StandardError = StandardStream.Null,
                });
            }
            catch (PlatformException missing) when (missing.Kind == ErrorKind.NotFound)
            {
                return;
            }

            using (python)
            {
                StringBuilder said = new();
                while (!said.ToString().Contains("port ", StringComparison.Ordinal) || !said.ToString().Contains('('))
                {
                    ReadOnlyMemory<byte> piece = await python.StandardOutput!.ReadBorrowedAsync();
                    if (piece.IsEmpty)
                        return;
                    said.Append(Encoding.ASCII.GetString(piece.Span));
                }

                int port = int.Parse(said.ToString().Split("port ")[1].Split(' ')[0]);
                using LoopHttpClient client = new(Loop);
                for (int i = 0; i < 3; i++)
                {
                    using ClientResponse response = await client.GetAsync($"http://127.0.0.1:{port}/file.bin");
                    Assert.That((response.StatusCode, response.MinorVersion), Is.EqualTo((200, 0)));
                    Assert.That((await response.ReadAllAsync()).AsSpan().SequenceEqual(content), Is.True);
                }

                using (ClientResponse missing = await client.GetAsync($"http://127.0.0.1:{port}/none"))
                    Assert.That(missing.StatusCode, Is.EqualTo(404));
                Assert.That(client.Connections, Is.Zero, "HTTP/1.0 keeps no connection");
                python.Child.Kill();
                await python.WaitAsync();
            }
        });
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public void GetAsync_OverTls_KeepsTheConnection()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        _world.Run(async () =>
        {
            using StreamListener listener = Loop.Listen(LoopWorld.AnyPort);
            int connections = 0;
            async Task Serve()
            {
                try
                {
                    await foreach (StreamSocket socket in listener.AcceptAllAsync())
                    {
                        connections++;
                        await using SslStream tls = new(new LoopStream(socket));
                        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
                        byte[] buffer = new byte[10_000];
                        for (int count; (count = await tls.ReadAsync(buffer)) > 0;)
                        {
                            if (Encoding.ASCII.GetString(buffer, 0, count).EndsWith("\r\n\r\n", StringComparison.Ordinal))
                                await tls.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + new string('t', 20_000)));
                        }
                    }
                }
                catch (Exception exception) when (exception is IOException or ObjectDisposedException or AuthenticationException)
                {
                }
            }

            Task serving = Serve();
            string url = $"https://localhost:{listener.LocalAddress.Port}/";
            using (LoopHttpClient client = new(Loop, new LoopHttpClientOptions
            {
                Connector = (_, token) => Loop.ConnectAsync(listener.LocalAddress, null, token),
                Tls = _ => new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null && presented.GetCertHashString() == certificate.GetCertHashString() },
            }))
            {
                for (int i = 0; i < 5; i++)
                {
                    using ClientResponse response = await client.GetAsync(url);
                    Assert.That(await response.ReadTextAsync(), Has.Length.EqualTo(20_000));
                    Assert.That(Loop.IsOnLoopThread, Is.True);
                }

                Assert.That((client.Connections, connections), Is.EqualTo((1, 1)));
            }

            using (LoopHttpClient distrusting = new(Loop, new LoopHttpClientOptions { Connector = (_, token) => Loop.ConnectAsync(listener.LocalAddress, null, token) }))
            {
                HttpClientException? failure = null;
                try
                {
                    (await distrusting.GetAsync(url)).Dispose();
                }
                catch (HttpClientException exception)
                {
                    failure = exception;
                }

                Assert.That(failure?.Error, Is.EqualTo(HttpClientError.Connect));
                Assert.That(failure!.InnerException, Is.InstanceOf<AuthenticationException>());
            }

            listener.Dispose();
            await serving;
        });
    }

    [Test]
    public void GetAsync_OverAUnixSocket_Works()
    {
        if (OperatingSystem.IsWindows())
            Assert.Pass("Unix sockets.");
        string directory = Directory.CreateTempSubdirectory("gabbro-").FullName;
        _world.Run(async () =>
        {
            SocketEndpoint address = SocketEndpoint.Parse($"unix:{Path.Combine(directory, "s")}");
            using Reactor.Http.Server.HttpServer server = new(Loop, exchange =>
            {
                exchange.Respond(200, "text/plain"u8, "unix"u8);
                return ValueTask.CompletedTask;
            });
            server.Listen(address);
            using LoopHttpClient client = new(Loop, new LoopHttpClientOptions { Connector = (_, token) => Loop.ConnectAsync(address, null, token) });
            using ClientResponse response = await client.GetAsync("http://localhost/");
            Assert.That(await response.ReadTextAsync(), Is.EqualTo("unix"));
        });
        Directory.Delete(directory, recursive: true);
    }

    private static int FreePort()
    {
        using System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task ServeAsync(HttpListener listener)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            await context.Request.InputStream.CopyToAsync(context.Response.OutputStream);
            context.Response.Close();
        }
    }
}
