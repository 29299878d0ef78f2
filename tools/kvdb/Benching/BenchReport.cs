using System.Diagnostics;
using System.Globalization;
using Gabbro.Tools.Charts;
using Spectre.Console;

namespace Gabbro.Tools.Kvdb.Benching;

/// <summary>Results for people: a table, a histogram of each workload's latencies, plots.</summary>
internal static class BenchReport
{
    private const int BarWidth = 24;
    private static readonly double[] s_shares = [0.5, 0.9, 0.99, 0.999, 0.9999];

    public static void Print(IReadOnlyList<WorkloadResult> results)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in new[] { "workload", "ops/s", "p50 us", "p99 us", "p99.9 us", "max us", "cpu us/op" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var r in results)
        {
            table.AddRow(
                r.Workload, Number(r.OperationsPerSecond, "N0"), Number(r.Microseconds(0.5)), Number(r.Microseconds(0.99)),
                Number(r.Microseconds(0.999)), Number(r.MaxMicroseconds, "F0"), Number(r.CpuMicrosecondsPerOperation));
        }

        AnsiConsole.Write(table);
        foreach (var r in results.Where(r => r.Operations > 1))
            PrintHistogram(r);
    }

    public static void Plot(IReadOnlyList<WorkloadResult> results, string directory)
    {
        Directory.CreateDirectory(directory);
        var measured = results.Where(r => r.Operations > 1).ToArray();
        var engine = measured.Length > 0 ? measured[0].Engine : "";
        File.WriteAllText(Path.Combine(directory, "throughput.svg"), Charts.BarChart.Svg(
            $"kvdb bench, {engine}", "operations a second", measured.Select(r => r.Workload).ToArray(),
            [new BarSeries(engine, measured.Select(r => r.OperationsPerSecond).ToArray())]));
        File.WriteAllText(Path.Combine(directory, "latency.svg"), LineChart.Svg(
            $"kvdb bench, {engine}: latency by share of operations", "one operation in so many takes longer", "microseconds",
            measured.Select(r => new LineSeries(r.Workload, s_shares.Select(s => (1 / (1 - s), r.Microseconds(s))).ToArray())).ToArray(),
            logX: true, logY: true));
    }

    private static void PrintHistogram(WorkloadResult result)
    {
        AnsiConsole.WriteLine($"{result.Workload}: {result.Operations.ToString("N0", CultureInfo.InvariantCulture)} operations, microseconds");
        var ranges = result.Latency.ByPowersOfTwo();
        var most = ranges.Max(r => r.Count);
        var scale = 1e6 / Stopwatch.Frequency;
        foreach (var (from, to, count) in ranges)
        {
            var bar = new string('#', (int)Math.Ceiling((double)count / most * BarWidth));
            AnsiConsole.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {from * scale,10:F2} - {to * scale,10:F2}  {count,12:N0}  {(double)count / result.Latency.Count,8:P2}  {bar}"));
        }
    }

    private static string Number(double value, string format = "F2") => value.ToString(format, CultureInfo.InvariantCulture);
}
