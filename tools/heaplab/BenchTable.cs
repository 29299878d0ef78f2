using System.Globalization;
using Spectre.Console;

namespace Gabbro.Tools.HeapLab;

/// <summary>A run as a table of ratios: time, and peak memory where it was measured.</summary>
internal static class BenchTable
{
    internal static void Print(BenchResult bench)
    {
        string[] others = [.. bench.Allocators.Where(name => name != bench.Baseline)];
        Table table = new() { Border = TableBorder.Markdown };
        table.AddColumn("workload");
        table.AddColumn(new TableColumn($"{bench.Baseline} s").RightAligned());
        foreach (string name in others) table.AddColumn(new TableColumn(name).RightAligned());
        foreach (BenchRow row in bench.Rows)
        {
            string seconds = row.Seconds.TryGetValue(bench.Baseline, out double s) ? s.ToString("0.0000", CultureInfo.InvariantCulture) : "-";
            table.AddRow([row.Workload, seconds, .. others.Select(name => Cell(row.TimeRatio(name), row.MemoryRatio(name)))]);
        }
        table.AddRow(["geometric mean", "", .. others.Select(name => Cell(bench.MeanTime(name), bench.MeanMemory(name)))]);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected) console.Profile.Width = 200;
        console.Write(table);
        console.WriteLine($"time / peak memory, relative to {bench.Baseline}; the best of the interleaved runs");
    }

    private static string Cell(double time, double memory)
    {
        string text = double.IsFinite(time) ? time.ToString("0.00", CultureInfo.InvariantCulture) : "failed";
        return double.IsFinite(memory) ? text + memory.ToString(" / 0.00", CultureInfo.InvariantCulture) : text;
    }
}
