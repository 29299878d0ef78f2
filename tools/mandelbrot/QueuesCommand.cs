using System.Text.Json;

using Gabbro.Tools.Charts;

using Spectre.Console;

namespace Gabbro.Tools.Mandelbrot;

/// <summary>Shows how often the queues lose a compare-and-swap as more threads use them.</summary>
internal static class QueuesCommand
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static int Run(int[] threads, int operations, string? plot, bool json)
    {
        var results = new List<QueueResult>();
        foreach (var probe in QueueProbe.All())
        {
            probe.Run(1, Math.Min(operations, 200_000));
            foreach (var count in threads)
                results.Add(probe.Run(count, operations));
        }

        if (plot is not null)
        {
            try
            {
                File.WriteAllText(plot, LineChart.Svg(
                    "Lost compare-and-swaps of the queues",
                    "threads",
                    "per operation",
                    [.. results.GroupBy(r => r.Queue).Select(g => new LineSeries(g.Key, [.. g.Select(r => ((double)r.Threads, r.RetriesPerOperation))]))]));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"mandelbrot: {exception.Message}");
                return 1;
            }
        }

        if (json)
            Console.WriteLine(JsonSerializer.Serialize(results, s_json));
        else if (Console.IsOutputRedirected)
            foreach (var r in results)
                Console.WriteLine(FormattableString.Invariant($"{r.Queue.Replace(' ', '-')} threads {r.Threads} retries/op {r.RetriesPerOperation:F4} Mops/s {r.MillionOperationsPerSecond:F1}"));
        else
            Show(results);
        return 0;
    }

    private static void Show(List<QueueResult> results)
    {
        var table = new Table().AddColumns("queue", "threads", "retries per operation", "million operations/s");
        var chart = new Spectre.Console.BarChart().Label("retries per 1,000 operations");
        foreach (var r in results)
        {
            table.AddRow(r.Queue, $"{r.Threads}", $"{r.RetriesPerOperation:F4}", $"{r.MillionOperationsPerSecond:F1}");
            chart.AddItem($"{r.Queue} x{r.Threads}", Math.Round(1000 * r.RetriesPerOperation, 2), Color.Teal);
        }

        AnsiConsole.Write(table);
        AnsiConsole.Write(chart);
    }
}
