using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor;
using Gabbro.Reactor.Http.Server;
using Gabbro.Storage.Lsm;

namespace Gabbro.Tools.Tour.Steps;

/// <summary>Serves the database of the storing step over HTTP from one event loop, to the base library's own client.</summary>
internal sealed class ServeStep : ITourStep
{
    public string Name => "serve";

    public string Title => "Serve the database over HTTP";

    public void Run(TourContext context, StepReport report) => RunAsync(context, report).GetAwaiter().GetResult();

    private static async Task RunAsync(TourContext context, StepReport report)
    {
        StepReport.Check(Directory.Exists(StoreStep.Folder(context)), "there is no database; run the walk and store steps first");
        using var database = LsmDatabase.Open(StoreStep.Folder(context));
        using var loop = new EventLoop();
        var running = loop.Start();
        var (server, address) = await loop.InvokeAsync(() =>
        {
            var created = new HttpServer(loop, exchange => Answer(exchange, database));
            return (created, created.Listen(SocketEndpoint.LoopbackIPv4(0)));
        });

        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{address.Port}/") };
        var files = context.Files.Take(context.Quick ? 500 : 1000).ToList();
        var clock = Stopwatch.StartNew();
        var done = 0;
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (file, cancellationToken) =>
        {
            var text = await client.GetStringAsync(new Uri("length?" + Convert.ToHexString(Encoding.UTF8.GetBytes(file.Path)), UriKind.Relative), cancellationToken);
            StepReport.Check(text == file.Length.ToString(CultureInfo.InvariantCulture), $"the server answers {text} for {file.Path}");
            report.Progress((double)Interlocked.Increment(ref done) / files.Count);
        });
        var elapsed = clock.Elapsed;
        using (var missing = await client.GetAsync(new Uri("length?00", UriKind.Relative)))
            StepReport.Check(missing.StatusCode == HttpStatusCode.NotFound, $"an unknown key gives {missing.StatusCode}");

        client.Dispose();
        var statistics = await loop.InvokeAsync(() => server.Statistics);
        StepReport.Check(statistics.Requests == files.Count + 1, $"the server counts {statistics.Requests} requests, the client made {files.Count + 1}");
        StepReport.Check(await loop.ShutdownAsync(TimeSpan.FromSeconds(10)), "the loop did not drain");
        await running;
        report.Fact("requests", $"{files.Count:N0} over {statistics.Accepted} connections in {elapsed.TotalMilliseconds:0} ms, every answer right");
        report.Fact("loop", $"one thread on {loop.Backend}");
    }

    private static ValueTask Answer(HttpExchange exchange, LsmDatabase database)
    {
        Span<byte> value = stackalloc byte[8];
        if (!exchange.Path.SequenceEqual("/length"u8))
            exchange.Respond(404, "unknown path");
        else if (Convert.FromHexString(Encoding.ASCII.GetString(exchange.Query)) is var key && database.Get(key, value) != 8)
            exchange.Respond(404, "unknown file");
        else
            exchange.Respond(200, BinaryPrimitives.ReadInt64BigEndian(value).ToString(CultureInfo.InvariantCulture));
        return ValueTask.CompletedTask;
    }
}
