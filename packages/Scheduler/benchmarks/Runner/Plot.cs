using System.Globalization;

using Gabbro.Tools.Charts;

namespace Gabbro.Scheduler.Benchmarks.Runner;

/// <summary>
/// <c>plot FILE.md FILE.svg</c>: draws the ratios of the first table of a page of results, so that a page whose rows were
/// measured in several runs has a plot of exactly its rows.
/// </summary>
internal static class Plot
{
    public static int Run(string[] args)
    {
        if (args.Length != 2)
        {
            Console.Error.WriteLine("usage: plot <file.md> <file.svg>");
            return 2;
        }

        if (!File.Exists(args[0]))
        {
            Console.Error.WriteLine($"plot: {args[0]}: no such file");
            return 1;
        }

        var rows = File.ReadLines(args[0])
            .SkipWhile(line => !line.StartsWith("| ---", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .ToList();
        File.WriteAllText(args[1], BarChart.Svg(
            "Gabbro.Scheduler: times as fast as the peer",
            "ratio of medians",
            [.. rows.Select(cells => $"{cells[0]} / {cells[1]}".Replace("`", string.Empty, StringComparison.Ordinal))],
            [new BarSeries("times as fast", [.. rows.Select(cells => double.Parse(cells[^1], CultureInfo.InvariantCulture))])],
            reference: 1));
        return 0;
    }
}
