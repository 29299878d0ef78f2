using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;

namespace Gabbro.Tools.Httpd.Tests;

/// <summary>The status page in a browser, where there is one, and what it is drawn from, everywhere.</summary>
public sealed class StatusPageTests
{
    private static readonly string[] Browsers = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    [Test]
    public void Page_WhileConnectionsAreOpen_DrawsConnectionsAndMemory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using Server server = new("--loops", "2");
        Socket[] sockets = [.. Enumerable.Range(0, 25).Select(_ => server.Connect())];
        foreach (Socket socket in sockets)
        {
            Server.Send(socket, "GET /plaintext HTTP/1.1\r\nHost: a\r\n\r\n");
            Server.Read(socket, "Hello, World!");
        }

        // A line needs two samples, one a second; the second shows the connections.
        double uptime;
        do
        {
            using JsonDocument status = ServerTests.Status(server);
            uptime = status.RootElement.GetProperty("uptime").GetDouble();
        }
        while (uptime < 2.5);

        using (JsonDocument status = ServerTests.Status(server))
        {
            JsonElement[] samples = [.. status.RootElement.GetProperty("samples").EnumerateArray()];
            Assert.That(samples, Has.Length.GreaterThanOrEqualTo(2));
            Assert.That(samples[^1].GetProperty("connections").GetInt32(), Is.GreaterThanOrEqualTo(25));
            Assert.That(samples[^1].GetProperty("memory").GetInt64(), Is.GreaterThan(1_000_000));
        }

        if (FindBrowser() is { } browser)
            InBrowser(browser, server);
        else
            WithoutBrowser(server);
        foreach (Socket socket in sockets)
            socket.Dispose();
    }

    private static void InBrowser(string browser, Server server)
    {
        string profile = Directory.CreateTempSubdirectory("httpd-browser").FullName;
        try
        {
            ProcessStartInfo start = new(browser, [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", $"--user-data-dir={profile}",
                "--virtual-time-budget=4000", "--dump-dom", new Uri(server.Address, "_status").ToString()])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process process = Process.Start(start)!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            string page = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            TestContext.Out.WriteLine(page[..Math.Min(page.Length, 3000)]);
            Assert.That(page, Does.Contain("data-ready=\"yes\"").And.Contain("<polyline class=\"c\"").And.Contain("<polyline class=\"m\""));
            Assert.That(page, Does.Contain("connections, ").And.Contain("MiB resident").And.Contain("<td>loop 1</td>"));
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }

    /// <summary>No browser here: what its script reads must at least be there by the names the script uses.</summary>
    private static void WithoutBrowser(Server server)
    {
        using Socket socket = server.Connect();
        Server.Send(socket, "GET /_status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        string page = Server.Read(socket);
        Assert.That(page, Does.StartWith("HTTP/1.1 200 OK").And.Contain("id=\"plot\"").And.Contain("/_status.json"));
        using JsonDocument status = ServerTests.Status(server);
        foreach (string name in (string[])["connections", "active", "requests", "memory", "uptime", "backend", "samples", "loops"])
            Assert.That(status.RootElement.TryGetProperty(name, out _), Is.True, name);
        foreach (string name in (string[])["name", "connections", "requests", "turns", "events", "timers", "longestTurnMs"])
            Assert.That(status.RootElement.GetProperty("loops")[0].TryGetProperty(name, out _), Is.True, name);
    }

    private static string? FindBrowser() => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .SelectMany(folder => Browsers.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
