using System.Text.Json;

using Gabbro.Scheduler;
using Gabbro.Tools.Charts;

using Spectre.Console;

namespace Gabbro.Tools.Mandelbrot;

/// <summary>Renders with one thread up to all of them, writes the picture, and shows what the threads gained.</summary>
internal static class RenderCommand
{
    public static int Run(RenderOptions options)
    {
        var kernel = new MandelbrotKernel(options.Width, options.Height, options.Iterations);
        var renderer = new Renderer(kernel);
        if (options.Out is { } path && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            return Fail($"There is no folder '{folder}'.");

        var terminal = !options.Json && !Console.IsOutputRedirected;
        var results = terminal
            ? AnsiConsole.Progress().Start(progress => Measure(renderer, options, threads =>
            {
                var task = progress.AddTask($"{threads} thread{(threads == 1 ? string.Empty : "s")}", maxValue: (double)options.Height * options.Repeat);
                return () => task.Increment(1);
            }))
            : Measure(renderer, options, _ => null);

        try
        {
            if (options.Out is { } file)
            {
                using var stream = File.Create(file);
                PngWriter.Write(stream, options.Width, options.Height, renderer.Pixels);
            }

            if (options.Plot is { } plot)
                File.WriteAllText(plot, Plot(results));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail(exception.Message);
        }

        if (options.Json)
            Console.WriteLine(JsonSerializer.Serialize(results, s_json));
        else
            Show(results, terminal);
        return 0;
    }

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private static List<ScalingResult> Measure(Renderer renderer, RenderOptions options, Func<int, Action?> startTask)
    {
        var results = new List<ScalingResult>();

        // Once without a clock: the first run compiles.
        using (var pool = new WorkPool(options.Threads))
            renderer.Render(pool, null, CancellationToken.None);
        for (var threads = 1; threads <= options.Threads; threads++)
        {
            using var pool = new WorkPool(threads);
            var tick = startTask(threads);
            Action<int>? rowDone = tick is null ? null : _ => tick();
            var best = double.MaxValue;
            for (var i = 0; i < options.Repeat; i++)
                best = Math.Min(best, renderer.Render(pool, rowDone, CancellationToken.None));
            results.Add(new ScalingResult(threads, best, (results.Count == 0 ? best : results[0].Seconds) / best));
        }

        return results;
    }

    private static void Show(List<ScalingResult> results, bool terminal)
    {
        if (!terminal)
        {
            foreach (var r in results)
                Console.WriteLine(FormattableString.Invariant($"threads {r.Threads} seconds {r.Seconds:F4} speedup {r.SpeedUp:F2} efficiency {r.Efficiency:F3}"));
            return;
        }

        var table = new Table().AddColumns("threads", "seconds", "speed-up", "efficiency");
        var chart = new Spectre.Console.BarChart().Label("speed-up over one thread");
        foreach (var r in results)
        {
            table.AddRow($"{r.Threads}", $"{r.Seconds:F4}", $"{r.SpeedUp:F2}", $"{r.Efficiency:P1}");
            chart.AddItem($"{r.Threads}", Math.Round(r.SpeedUp, 2), Color.Teal);
        }

        AnsiConsole.Write(table);
        AnsiConsole.Write(chart);
    }

    private static string Plot(List<ScalingResult> results) => LineChart.Svg(
        "Mandelbrot: speed-up over one thread",
        "threads",
        "times as fast",
        [
            new LineSeries("measured", [.. results.Select(r => ((double)r.Threads, r.SpeedUp))]),
            new LineSeries("ideal", [.. results.Select(r => ((double)r.Threads, (double)r.Threads))]),
        ]);

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"mandelbrot: {message}");
        return 1;
    }
}
