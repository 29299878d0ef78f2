using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gabbro.Platform.Machine;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor;
using Gabbro.Reactor.Net;
using Gabbro.Tools.Charts;

namespace Gabbro.Tools.Httpd;

/// <summary>
/// Measures a server of its own, in a process of its own so that the clients' memory is not counted: resident memory for
/// each open keep-alive connection, latency while all of them are open, and processor time while all of them wait.
/// </summary>
internal static class Bench
{
    /// <summary>Requests under way at once while timing.</summary>
    private const int Concurrency = 32;

    public static readonly byte[] Request = "GET /plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray();

    /// <summary>Both processes have a descriptor for each connection: says so when the limit is lower.</summary>
    /// <exception cref="ArgumentException">The limit of open files is too low.</exception>
    public static void RequireDescriptors(int connections)
    {
        const int Others = 200;
        if (ResourceLimits.TryGet(ResourceKind.OpenFiles, out ResourceLimit limit).IsError)
            return;
        ulong wanted = (ulong)connections + Others;
        if (limit.Soft < wanted && limit.Hard >= wanted)
            ResourceLimits.Set(ResourceKind.OpenFiles, limit with { Soft = limit.Hard });
        else if (limit.Hard < wanted)
            throw new ArgumentException($"{connections} connections need {wanted} open files, and the limit is {limit.Hard} (ulimit -n).");
    }

    public static int Run(int connections, int requests, string backend, FileInfo? plot, bool json)
    {
        RequireDescriptors(connections);
        using Process server = StartServer(backend, out int port);
        try
        {
            List<BenchStep> steps = [];
            double idleCpu = 0;
            using EventLoop loop = new();
            loop.Run(async () =>
            {
                SocketEndpoint address = SocketEndpoint.LoopbackIPv4(port);
                List<StreamSocket> open = [];

                // Warm, so that the first step does not count code that is compiled once.
                List<StreamSocket> warm = [];
                await OpenAsync(loop, address, warm, 200);
                await TimeAsync(loop, warm, 20_000);
                foreach (StreamSocket stream in warm)
                    stream.Dispose();
                foreach (int target in Targets(connections))
                {
                    await OpenAsync(loop, address, open, target);
                    await loop.DelayAsync(TimeSpan.FromMilliseconds(300));
                    server.Refresh();
                    long memory = server.WorkingSet64;
                    double[] latencies = await TimeAsync(loop, open, requests);
                    steps.Add(new BenchStep(target, memory, Percentile(latencies, 0.5), Percentile(latencies, 0.99)));
                }

                TimeSpan before = server.TotalProcessorTime;
                await loop.DelayAsync(TimeSpan.FromSeconds(5));
                server.Refresh();
                idleCpu = (server.TotalProcessorTime - before).TotalSeconds / 5;
                foreach (StreamSocket stream in open)
                    stream.Dispose();
            });
            Print(steps, idleCpu, json);
            if (plot is not null)
                File.WriteAllText(plot.FullName, Draw(steps));
            return 0;
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    }

    public static Process StartServer(string backend, out int port)
    {
        string program = Environment.ProcessPath!;
        List<string> arguments = ["--port", "0", "--keep-alive", "600", "--backend", backend];
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            arguments.Insert(0, typeof(Bench).Assembly.Location);
        Process server = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })
            ?? throw new IOException("The server did not start.");
        string line = server.StandardOutput.ReadLine() ?? throw new IOException("The server did not start.");
        port = new Uri(line.Split(' ')[2]).Port;
        return server;
    }

    private static IEnumerable<int> Targets(int connections)
    {
        yield return Math.Min(64, connections);
        for (int i = 1; i <= 5; i++)
        {
            if (connections * i / 5 > 64)
                yield return connections * i / 5;
        }
    }

    public static async Task OpenAsync(EventLoop loop, SocketEndpoint address, List<StreamSocket> open, int target)
    {
        while (open.Count < target)
        {
            StreamSocket stream = await loop.ConnectAsync(address);
            open.Add(stream);
            await AskAsync(stream);
        }
    }

    public static async ValueTask AskAsync(StreamSocket stream)
    {
        await stream.WriteAsync(Request);
        int received = 0;
        while (true)
        {
            ReadOnlyMemory<byte> answer = await stream.ReadBorrowedAsync();
            if (answer.IsEmpty)
                throw new IOException("The server closed a connection.");
            received += answer.Length;
            if (answer.Span.EndsWith("Hello, World!"u8) && received > 100)
                return;
        }
    }

    private static async Task<double[]> TimeAsync(EventLoop loop, List<StreamSocket> open, int requests)
    {
        double[] latencies = new double[requests];
        int next = 0;
        async Task Worker(int lane)
        {
            // Each lane walks connections of its own, so that all of them take part and none is used twice at once.
            int lanes = Math.Min(Concurrency, open.Count);
            int at = lane;
            while (next < requests)
            {
                int index = next++;
                long began = Stopwatch.GetTimestamp();
                await AskAsync(open[at]);
                latencies[index] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
                at += lanes;
                if (at >= open.Count)
                    at = lane;
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(Concurrency, open.Count)).Select(Worker));
        Array.Sort(latencies);
        return latencies;
    }

    private static double Percentile(double[] sorted, double fraction) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * fraction)];

    private static double KiBPerConnection(List<BenchStep> steps) =>
        (steps[^1].Memory - steps[0].Memory) / 1024.0 / Math.Max(1, steps[^1].Connections - steps[0].Connections);

    private static void Print(List<BenchStep> steps, double idleCpu, bool json)
    {
        if (json)
        {
            using Stream output = Console.OpenStandardOutput();
            using Utf8JsonWriter writer = new(output, new JsonWriterOptions { Indented = true });
            writer.WriteStartObject();
            writer.WriteNumber("kibPerConnection", KiBPerConnection(steps));
            writer.WriteNumber("idleCpuPercent", idleCpu * 100);
            writer.WriteStartArray("steps");
            foreach (BenchStep step in steps)
            {
                writer.WriteStartObject();
                writer.WriteNumber("connections", step.Connections);
                writer.WriteNumber("memory", step.Memory);
                writer.WriteNumber("p50us", step.Median);
                writer.WriteNumber("p99us", step.Slow);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            return;
        }

        Console.WriteLine("connections  resident MiB   p50 us   p99 us");
        foreach (BenchStep step in steps)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step.Connections,11}  {step.Memory / 1048576.0,12:0.0}  {step.Median,7:0}  {step.Slow,7:0}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{KiBPerConnection(steps):0.00} KiB resident per connection, {idleCpu * 100:0.00} % processor while all wait"));
    }

    private static string Draw(List<BenchStep> steps) => LineChart.Svg(
        "Open connections, resident memory and latency",
        "open keep-alive connections",
        "MiB, and 10 us",
        [
            new LineSeries("resident MiB", [.. steps.Select(s => ((double)s.Connections, s.Memory / 1048576.0))]),
            new LineSeries("p50 latency, 10 us", [.. steps.Select(s => ((double)s.Connections, s.Median / 10))]),
            new LineSeries("p99 latency, 10 us", [.. steps.Select(s => ((double)s.Connections, s.Slow / 10))]),
        ]);
}
