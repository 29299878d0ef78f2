using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor;
using Gabbro.Reactor.Net;
using Gabbro.Reactor.Time;
using Gabbro.Tools.Charts;

namespace Gabbro.Tools.Httpd;

/// <summary>
/// A soak: connections come and go in every manner, well and badly, while others stay open, and the server's memory is
/// watched. It must stay where it was after the first tenth of the time.
/// </summary>
internal sealed class Churn(int connections, int seconds, int rate)
{
    private const int Workers = 32;

    private static readonly byte[] Pipelined = [.. Bench.Request, .. Bench.Request, .. Bench.Request, .. Bench.Request];
    private static readonly byte[] Posted = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"u8.ToArray();
    private static readonly byte[] Garbage = "\0\u0001GET / HTTP/9.9\r\n\r\n"u8.ToArray();

    private readonly Random _random = new(1);
    private readonly List<(double Seconds, long Memory)> _samples = [];
    private long _opened;
    private long _alive;
    private bool _ending;

    public int Run(string backend, FileInfo? plot, bool json)
    {
        Bench.RequireDescriptors(connections);
        using Process server = Bench.StartServer(backend, out int port);
        try
        {
            using EventLoop loop = new();
            loop.Run(() => SoakAsync(loop, server, SocketEndpoint.LoopbackIPv4(port)));
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }

        Print(json);
        if (plot is not null)
        {
            File.WriteAllText(plot.FullName, LineChart.Svg(
                "Resident memory while connections come and go", "seconds", "MiB",
                [new LineSeries("resident MiB", [.. _samples.Select(s => (s.Seconds, s.Memory / 1048576.0))])]));
        }

        return 0;
    }

    private async Task SoakAsync(EventLoop loop, Process server, SocketEndpoint address)
    {
        List<StreamSocket> idle = [];
        await Bench.OpenAsync(loop, address, idle, connections);
        long began = Stopwatch.GetTimestamp();
        Task[] workers = [.. Enumerable.Range(0, Workers).Select(_ => WorkAsync(loop, address))];
        Interval second = new(loop, TimeSpan.FromSeconds(1), MissedTicks.Skip);
        int next = 0;
        for (int i = 0; Stopwatch.GetElapsedTime(began).TotalSeconds < seconds; i++)
        {
            await second.WaitAsync();

            // All of them are asked in turn, at least once a quarter of the soak.
            for (int asked = 0; asked < Math.Max(1, connections * 4 / seconds) && idle.Count > 0; asked++)
            {
                await Bench.AskAsync(idle[next++ % idle.Count]);
                _alive++;
            }

            if (i % 5 == 0)
            {
                server.Refresh();
                _samples.Add((Stopwatch.GetElapsedTime(began).TotalSeconds, server.WorkingSet64));
            }
        }

        _ending = true;
        await Task.WhenAll(workers);
        foreach (StreamSocket stream in idle)
        {
            await Bench.AskAsync(stream);
            stream.Dispose();
        }
    }

    private async Task WorkAsync(EventLoop loop, SocketEndpoint address)
    {
        TimeSpan pause = TimeSpan.FromSeconds((double)Workers / rate);
        while (!_ending)
        {
            await VisitAsync(loop, address);
            _opened++;
            await loop.DelayAsync(pause);
        }
    }

    private async Task VisitAsync(EventLoop loop, SocketEndpoint address)
    {
        using StreamSocket stream = await loop.ConnectAsync(address);
        int manner = _random.Next(10);
        try
        {
            switch (manner)
            {
                case 0:
                    await stream.WriteAsync(Garbage);
                    await ReadToEndAsync(stream);
                    return;
                case 1:
                    await stream.WriteAsync(Bench.Request.AsMemory(0, _random.Next(1, Bench.Request.Length)));
                    break;
                case 2:
                    await stream.WriteAsync(Pipelined);
                    break;
                case 3:
                    await stream.WriteAsync(Posted);
                    await stream.ReadBorrowedAsync();
                    break;
                case 4:
                    await stream.WriteAsync(Pipelined);
                    stream.Shutdown();
                    await ReadToEndAsync(stream);
                    return;
                default:
                    await Bench.AskAsync(stream);
                    break;
            }
        }
        catch (PlatformException)
        {
            // The server has refused what deserved it.
        }

        // A graceful close would leave a port waiting for a minute, and there are not enough of them for a soak.
        stream.Abort();
    }

    private static async Task ReadToEndAsync(StreamSocket stream)
    {
        while (!(await stream.ReadBorrowedAsync()).IsEmpty)
        {
        }
    }

    private void Print(bool json)
    {
        (double Seconds, long Memory)[] settled = [.. _samples.Where(s => s.Seconds >= seconds / 10.0)];
        double first = settled.Length == 0 ? 0 : settled[0].Memory / 1048576.0;
        double last = settled.Length == 0 ? 0 : settled[^1].Memory / 1048576.0;
        double most = settled.Length == 0 ? 0 : settled.Max(s => s.Memory) / 1048576.0;
        if (json)
        {
            using Stream output = Console.OpenStandardOutput();
            using Utf8JsonWriter writer = new(output, new JsonWriterOptions { Indented = true });
            writer.WriteStartObject();
            writer.WriteNumber("seconds", seconds);
            writer.WriteNumber("kept", connections);
            writer.WriteNumber("opened", _opened);
            writer.WriteNumber("answeredOnKept", _alive + connections);
            writer.WriteNumber("firstMiB", first);
            writer.WriteNumber("lastMiB", last);
            writer.WriteNumber("mostMiB", most);
            writer.WriteEndObject();
            return;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{seconds} s, {_opened} connections opened and closed beside {connections} kept, all alive at the end ({_alive + connections} answers on them); resident {first:0.0} MiB after a tenth of the time, {last:0.0} at the end, {most:0.0} at most"));
    }
}
