using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gabbro.Tools.HeapLab;

/// <summary>A server under the malloc library, under load from this process or its own load generator.</summary>
internal static class ServerTrial
{
    private const int Requests = 4000;
    private const int Clients = 16;

    /// <summary>redis-server, its persistence off, under redis-benchmark; null when all went well, else what did not.</summary>
    internal static string? Redis(string library)
    {
        int port = FreePort();
        string text = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using Process server = Start(MallocLibrary.Find("redis-server")!, ["--port", text, "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"], library);
        try
        {
            if (!Answers(port, server)) return "the server did not answer";
            string[] load = ["-p", text, "-n", "20000", "-c", "20", "-d", "200", "-r", "5000", "-q", "-t", "set,get,lpush,lrange_100,sadd,zadd,hset,mset"];
            (int exit, string output) = MallocLibrary.Run(MallocLibrary.Find("redis-benchmark")!, load, null, new Dictionary<string, string>(), capture: true);
            if (exit != 0) return $"redis-benchmark ended with {exit}";
            if (!output.Contains("requests per second", StringComparison.Ordinal)) return "redis-benchmark measured nothing";
            return server.HasExited ? $"the server ended with {server.ExitCode}" : null;
        }
        finally
        {
            End(server);
        }
    }

    /// <summary>nginx with two workers over a folder of files, every answer compared with the file.</summary>
    internal static string? Nginx(string library)
    {
        string folder = Directory.CreateTempSubdirectory("heaplab-nginx").FullName;
        int port = FreePort();
        byte[][] files = [.. Enumerable.Range(0, 8).Select(static i => Contents(i))];
        for (int i = 0; i < files.Length; i++) File.WriteAllBytes(Path.Combine(folder, $"f{i}"), files[i]);
        // Workers run as another user and must be able to read what this one made.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.WriteAllText(Path.Combine(folder, "nginx.conf"), $$"""
            daemon off; worker_processes 2; pid {{folder}}/pid; error_log {{folder}}/error.log;
            events { worker_connections 256; }
            http {
              access_log off; gzip on; gzip_types *; gzip_min_length 100;
              client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/fcgi; uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
              server { listen 127.0.0.1:{{port}}; root {{folder}}; }
            }
            """);
        using Process server = Start(MallocLibrary.Find("nginx")!, ["-c", Path.Combine(folder, "nginx.conf"), "-p", folder, "-e", Path.Combine(folder, "error.log")], library);
        try
        {
            if (!Answers(port, server)) return "the server did not answer";
            int wrong = Load(port, files);
            if (wrong != 0) return $"{wrong} of {Requests} answers were wrong";
            return server.HasExited ? $"the server ended with {server.ExitCode}" : null;
        }
        finally
        {
            End(server);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Load(int port, byte[][] files)
    {
        using SocketsHttpHandler handler = new() { MaxConnectionsPerServer = Clients, AutomaticDecompression = DecompressionMethods.GZip };
        using HttpClient client = new(handler);
        int wrong = 0;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Clients };
        Parallel.For(0, Requests, parallel, i =>
        {
            try
            {
                byte[] got = client.GetByteArrayAsync(new Uri($"http://127.0.0.1:{port}/f{i % files.Length}")).GetAwaiter().GetResult();
                if (!got.AsSpan().SequenceEqual(files[i % files.Length])) Interlocked.Increment(ref wrong);
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref wrong);
            }
        });
        return wrong;
    }

    private static byte[] Contents(int index)
    {
        byte[] bytes = new byte[1 << (index * 2 + 4)];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)('a' + i * 7 / (index + 1) % 26);
        return bytes;
    }

    private static Process Start(string file, string[] arguments, string library)
    {
        ProcessStartInfo start = new(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LD_PRELOAD"] = library;
        Process process = Process.Start(start) ?? throw new ToolException($"{file} did not start.");
        // Read and dropped, so that the pipes never fill.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Tries to connect until the server listens, ends, or half a minute has gone.</summary>
    private static bool Answers(int port, Process server)
    {
        long from = Stopwatch.GetTimestamp();
        while (!server.HasExited && Stopwatch.GetElapsedTime(from) < TimeSpan.FromSeconds(30))
        {
            using TcpClient client = new();
            try
            {
                client.Connect(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                Thread.Sleep(20);
            }
        }
        return false;
    }

    private static void End(Process server)
    {
        if (!server.HasExited) server.Kill(entireProcessTree: true);
        server.WaitForExit();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
