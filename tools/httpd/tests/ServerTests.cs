using System.Net.Sockets;
using System.Text.Json;

namespace Gabbro.Tools.Httpd.Tests;

/// <summary>The program as its users see it: processes, sockets, signals.</summary>
public sealed class ServerTests
{
    private const string Get = "GET /plaintext HTTP/1.1\r\nHost: a\r\n\r\n";

    [TestCase("epoll", 1)]
    [TestCase("epoll", 2)]
    [TestCase("uring", 2)]
    public void Sigterm_WhileRequestsAreInProgress_FinishesThemRefusesNewOnesAndExitsWithZero(string backend, int loops)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using Server server = Start("--backend", backend, "--loops", $"{loops}");
        Socket[] busy = [.. Enumerable.Range(0, 8).Select(_ => server.Connect())];
        using Socket idle = server.Connect();
        Server.Send(idle, Get);
        Assert.That(Server.Read(idle, "Hello, World!"), Does.EndWith("Hello, World!"));
        foreach (Socket socket in busy)
        {
            // The echo of the first half shows that the second request is in progress.
            Server.Send(socket, Get + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfirst");
            Server.Read(socket, "first");
        }

        server.Terminate();
        Assert.That(() => ConnectUntilRefused(server), Throws.TypeOf<SocketException>(), "nobody listens");
        foreach (Socket socket in busy)
            Server.Send(socket, "after");
        foreach (Socket socket in busy)
        {
            Assert.That(Server.Read(socket), Is.EqualTo("after"), "a request in progress is answered");
            socket.Dispose();
        }

        Assert.That(Server.Read(idle), Is.Empty, "an idle connection is closed");
        Assert.That(server.WaitForExit(), Is.Zero);
    }

    [Test]
    public void Loops_Two_ShareThePortAndTheConnections()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using Server server = new("--loops", "2");
        Socket[] sockets = [.. Enumerable.Range(0, 100).Select(_ => server.Connect())];
        foreach (Socket socket in sockets)
        {
            Server.Send(socket, Get);
            Assert.That(Server.Read(socket, "Hello, World!"), Does.StartWith("HTTP/1.1 200"));
        }

        using JsonDocument status = Status(server);
        int[] connections = [.. status.RootElement.GetProperty("loops").EnumerateArray().Select(loop => loop.GetProperty("connections").GetInt32())];

        // The system spreads by a hash of the addresses: a fair coin, of which fewer than 20 of 100 come up once in 10¹⁰.
        Assert.That(connections, Has.Length.EqualTo(2).And.All.GreaterThanOrEqualTo(20));
        Assert.That(connections.Sum(), Is.EqualTo(101));
        Assert.That(status.RootElement.GetProperty("requests").GetInt32(), Is.EqualTo(101));
        foreach (Socket socket in sockets)
            socket.Dispose();
    }

    /// <summary>A server of the backend, or the default one where the kernel does not permit it.</summary>
    private static Server Start(params string[] arguments)
    {
        try
        {
            return new Server(arguments);
        }
        catch (IOException)
        {
            return new Server(arguments[2..]);
        }
    }

    private static void ConnectUntilRefused(Server server)
    {
        for (int i = 0; i < 1000; i++)
        {
            using Socket socket = server.Connect();
            Thread.Yield();
        }
    }

    internal static JsonDocument Status(Server server)
    {
        using Socket socket = server.Connect();
        Server.Send(socket, "GET /_status.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        string answer = Server.Read(socket);
        return JsonDocument.Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }
}
