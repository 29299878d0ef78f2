using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Gabbro.Tools.Httpd.Tests;

/// <summary>An httpd in a process of its own, on a port the system chose.</summary>
internal sealed class Server : IDisposable
{
    private readonly Process _process;

    public Server(params string[] arguments)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        ProcessStartInfo start = new(host, [Path.Combine(AppContext.BaseDirectory, "httpd.dll"), "--port", "0", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        string line = _process.StandardOutput.ReadLine() ?? throw new IOException(_process.StandardError.ReadToEnd());
        Address = new Uri(line.Split(' ')[2]);
    }

    public Uri Address { get; }

    public int Port => Address.Port;

    /// <summary>Sends SIGTERM.</summary>
    public void Terminate()
    {
        using Process kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {_process.Id}"]);
        kill.WaitForExit();
        Assert.That(kill.ExitCode, Is.Zero);
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public int WaitForExit()
    {
        Assert.That(_process.WaitForExit(TimeSpan.FromSeconds(60)), Is.True, "the server ends");
        return _process.ExitCode;
    }

    public Socket Connect()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60_000 };
        try
        {
            socket.Connect("127.0.0.1", Port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static void Send(Socket socket, string text) => socket.Send(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads until the server closes, or until what was read ends as expected.</summary>
    public static string Read(Socket socket, string? until = null)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        int count;
        while ((until is null || !text.ToString().EndsWith(until, StringComparison.Ordinal)) && (count = socket.Receive(buffer)) > 0)
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return text.ToString();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
