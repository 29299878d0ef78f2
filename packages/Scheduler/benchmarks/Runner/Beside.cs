using System.Diagnostics;
using System.Globalization;

using Gabbro.Tools.Charts;

namespace Gabbro.Scheduler.Benchmarks.Runner;

/// <summary>
/// <c>beside PROGRAM THREADS ROUNDS [--svg FILE] [NAME...]</c>: every workload as a process of its own, in turns with a
/// program that takes the same command line, for example the one in the folder rayon beside this project.
/// </summary>
internal static class Beside
{
    private const int Unsupported = 3;

    public static int Run(string[] args)
    {
        var svg = Array.IndexOf(args, "--svg") is var at && at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
        var names = args.Where((_, i) => i > 2 && (at < 0 || (i != at && i != at + 1))).ToArray();
        if (args.Length < 3
            || !int.TryParse(args[1], CultureInfo.InvariantCulture, out var threads)
            || !int.TryParse(args[2], CultureInfo.InvariantCulture, out var rounds)
            || threads < 1 || rounds < 1)
        {
            Console.Error.WriteLine("usage: beside <program> <threads> <rounds> [--svg FILE] [name...]");
            return 2;
        }

        Console.WriteLine("| workload | size | this, ms | other, ms | times as fast |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        var bars = new List<(string Name, double Ratio)>();
        foreach (var workload in WorkloadCatalogue.All.Where(w => !w.Name.Contains('-')))
        {
            if (names.Length > 0 && !names.Contains(workload.Name))
                continue;
            var own = new List<double>();
            var other = new List<double>();
            for (var i = 0; i < rounds; i++)
            {
                if (Seconds(args[0], workload, threads) is not { } seconds)
                    break;
                other.Add(seconds);
                own.Add(Seconds(Environment.ProcessPath!, workload, threads) ?? double.NaN);
            }

            if (other.Count == 0)
                continue;
            own.Sort();
            other.Sort();
            var (a, b) = (own[rounds / 2], other[rounds / 2]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {workload.Name} | {workload.DefaultSize:N0} | {a * 1e3:F3} | {b * 1e3:F3} | {b / a:F2} |"));
            bars.Add((workload.Name, b / a));
        }

        if (svg is not null)
        {
            File.WriteAllText(svg, BarChart.Svg(
                $"Gabbro.Scheduler, {threads} threads: times as fast as {Path.GetFileNameWithoutExtension(args[0])}",
                "ratio of medians",
                [.. bars.Select(b => b.Name)],
                [new BarSeries("times as fast", [.. bars.Select(b => b.Ratio)])],
                reference: 1));
        }

        return 0;
    }

    /// <summary>The best of five repetitions after four for warming up; null when the program does not know the workload.</summary>
    private static double? Seconds(string program, Workload workload, int threads)
    {
        var size = workload.DefaultSize.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(program, [workload.Name, threads.ToString(CultureInfo.InvariantCulture), size, "5", "4"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var line = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == Unsupported)
            return null;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {workload.Name}: exit {process.ExitCode}: {errors.Result}");
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture);
    }
}
