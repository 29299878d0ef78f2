using System.Globalization;

using Gabbro.Tools.Charts;

namespace Gabbro.Scheduler.Benchmarks.Runner;

/// <summary>
/// <c>compare THREADS REPS [--svg FILE] [NAME...]</c>: each workload and its peer in turns, medians, and the ratio of the
/// medians. In turns, so that what disturbs the machine disturbs both.
/// </summary>
internal static class Comparison
{
    public static int Run(string[] args)
    {
        var svg = Array.IndexOf(args, "--svg") is var at && at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
        var names = args.Where((a, i) => i > 1 && (at < 0 || (i != at && i != at + 1))).ToArray();
        if (args.Length < 2
            || !int.TryParse(args[0], CultureInfo.InvariantCulture, out var threads)
            || !int.TryParse(args[1], CultureInfo.InvariantCulture, out var reps)
            || threads < 1 || reps < 1)
        {
            Console.Error.WriteLine("usage: compare <threads> <reps> [--svg FILE] [name...]");
            return 2;
        }

        Console.WriteLine("| workload | peer | size | this, ms | peer, ms | times as fast |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: |");
        var bars = new List<(string Name, double Ratio)>();
        foreach (var (own, peer) in WorkloadCatalogue.Pairs)
        {
            if (names.Length > 0 && !names.Contains(own.Name))
                continue;
            var (a, b) = Measure(own, peer, threads, reps);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {own.Name} | {peer.Name} | {peer.DefaultSize:N0} | {a * 1e3:F3} | {b * 1e3:F3} | {b / a:F2} |"));
            bars.Add(($"{own.Name} / {peer.Name}", b / a));
        }

        if (svg is not null)
        {
            File.WriteAllText(svg, BarChart.Svg(
                $"Gabbro.Scheduler, {threads} threads: times as fast as the peer",
                "ratio of medians",
                [.. bars.Select(b => b.Name)],
                [new BarSeries("times as fast", [.. bars.Select(b => b.Ratio)])],
                reference: 1));
        }

        return 0;
    }

    private static (double Own, double Peer) Measure(Workload own, Workload peer, int threads, int reps)
    {
        // The same size for both: the peer's default, which is the one it can bear.
        using var a = own.Create(threads, peer.DefaultSize);
        using var b = peer.Create(threads, peer.DefaultSize);
        for (var i = 0; i < 4; i++)
        {
            var first = a.Once().Check;
            var second = b.Once().Check;
            if (first != second)
                throw new InvalidOperationException($"{own.Name} gives {first} where {peer.Name} gives {second}.");
            Thread.Sleep(100);
        }

        var own1 = new double[reps];
        var peer1 = new double[reps];
        for (var i = 0; i < reps; i++)
        {
            own1[i] = a.Once().Seconds;
            peer1[i] = b.Once().Seconds;
        }

        Array.Sort(own1);
        Array.Sort(peer1);
        return (own1[reps / 2], peer1[reps / 2]);
    }
}
