using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor;
using Gabbro.Reactor.Http;
using Gabbro.Reactor.Http.Files;
using Gabbro.Reactor.Http.Server;
using Gabbro.Reactor.Net;
using Gabbro.Reactor.Signals;
using Gabbro.Reactor.Time;

namespace Gabbro.Tools.Httpd;

/// <summary>Runs the server until a signal ends it.</summary>
internal static class Site
{
    /// <summary>How long requests in progress may take after SIGTERM.</summary>
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(10);

    public static int Run(SiteOptions options)
    {
        if (!IPAddress.TryParse(options.Address, out IPAddress? ip))
            throw new ArgumentException($"'{options.Address}' is not an address.");
        using StaticFileHandler? files = options.Directory is null ? null : new StaticFileHandler(options.Directory, new StaticFileOptions { Compress = options.Compress });
        using EventLoop control = new(new EventLoopOptions { Name = "control" });
        using LoopGroup group = new(options.Loops, i => new EventLoopOptions
        {
            Name = $"loop {i}",
            Backend = options.Backend,
            Processor = options.Pin ? i % Environment.ProcessorCount : null,
        });
        HttpServer[] servers = new HttpServer[options.Loops];
        StatusPage status = new(group, servers);
        SiteHandler handler = new(files, status);
        SocketEndpoint address = SocketEndpoint.From(new IPEndPoint(ip, options.Port));
        control.Run(async () =>
        {
            using SignalListener signals = new(control, PosixSignal.SIGTERM, PosixSignal.SIGINT);
            for (int i = 0; i < servers.Length; i++)
            {
                int index = i;

                // The first one learns the port that the others share.
                address = await group.Loops[i].InvokeAsync(() =>
                {
                    servers[index] = new HttpServer(group.Loops[index], handler, ServerOptions(options));
                    return servers[index].Listen(address);
                });
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"listening on http://{address}/ ({group.Loops[0].Backend}, {options.Loops} loop{(options.Loops == 1 ? "" : "s")})"));
            control.Spawn(() => SampleAsync(control, status), "status");
            await signals.WaitAsync();
            await group.ShutdownAsync(DrainDeadline);
        });
        return 0;
    }

    private static async Task SampleAsync(EventLoop control, StatusPage status)
    {
        Interval second = new(control, TimeSpan.FromSeconds(1), MissedTicks.Skip);
        while (true)
        {
            status.Sample();
            await second.WaitAsync();
        }
    }

    private static HttpServerOptions ServerOptions(SiteOptions options) => new()
    {
        HeadLimits = new HeadLimits(Math.Min(8 * 1024, options.MaxHeader), options.MaxHeader, 100),
        HeadTimeout = options.HeaderTimeout,
        KeepAliveTimeout = options.KeepAlive,
        BodyTimeout = options.BodyTimeout,
        WriteTimeout = options.WriteTimeout,
        MaxBodySize = options.MaxBody,
        MaxConnections = options.MaxConnections,
        Listen = new ListenOptions { ShareAddress = options.Loops > 1 },
        OnError = static exception => Console.Error.WriteLine($"httpd: {exception.Message}"),
        AccessLog = options.Log ? WriteLog : null,
    };

    private static void WriteLog(AccessLogEntry entry)
    {
        try
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{DateTimeOffset.UtcNow:O} {entry.Client} {entry.Method} {entry.Target} {entry.Status} {entry.BodyBytes} {entry.Duration.TotalMilliseconds:0.###}ms{(entry.Rejection == RejectionReason.None ? "" : " " + entry.Rejection)}"));
        }
        catch (IOException)
        {
            // Whoever read the log has gone; the server has not.
        }
    }
}
