using System.Globalization;
using System.Text;
using Gabbro.Tools.Charts;

namespace Gabbro.Storage.Benchmarks.Lsm;

/// <summary>Medians and ratios of the rounds that <see cref="LsmComparison"/> appended to a file, as a table and a chart.</summary>
internal static class ComparisonReport
{
    /// <summary>Arguments: FILE PREFIX; writes PREFIX.md (the table alone) and PREFIX.svg.</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        if (args.Length < 2)
        {
            Console.Error.WriteLine("usage: lsm-report FILE PREFIX");
            return 2;
        }

        var rows = File.ReadLines(args[0]).Select(l => l.Split('\t')).Select(f => (
            Workload: f[0], Engine: f[1], Speed: Number(f[2]), P50: Number(f[3]), P99: Number(f[4]), Max: Number(f[5]), Cpu: Number(f[6]))).ToArray();
        var engines = rows.Select(r => r.Engine).Distinct().ToArray();
        var peers = engines.Where(e => e != "gabbro").ToArray();
        var workloads = rows.Select(r => r.Workload).Distinct().ToArray();
        double Median(string workload, string engine, Func<(string Workload, string Engine, double Speed, double P50, double P99, double Max, double Cpu), double> value)
        {
            var sorted = rows.Where(r => r.Workload == workload && r.Engine == engine).Select(value).Order().ToArray();
            return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
        }

        var table = new StringBuilder();
        table.Append("| workload | rounds | gabbro op/s | p50 / p99 / max us | cpu us/op |").AppendJoin("", peers.Select(p => $" over {p} | its cpu/op over ours | its p50 / p99 us |")).AppendLine();
        table.Append("| --- | ---: | ---: | ---: | ---: |").AppendJoin("", peers.Select(_ => " ---: | ---: | ---: |")).AppendLine();
        foreach (var workload in workloads)
        {
            var own = Median(workload, "gabbro", r => r.Speed);
            var rounds = rows.Count(r => r.Workload == workload && r.Engine == "gabbro");
            table.Append(CultureInfo.InvariantCulture, $"| {workload} | {rounds} | {own:N0} | {Median(workload, "gabbro", r => r.P50):F2} / {Median(workload, "gabbro", r => r.P99):F1} / {Median(workload, "gabbro", r => r.Max):N0} | {Median(workload, "gabbro", r => r.Cpu):F2} |");
            foreach (var peer in peers)
            {
                var ratio = own / Median(workload, peer, r => r.Speed);
                var cpu = Median(workload, peer, r => r.Cpu) / Median(workload, "gabbro", r => r.Cpu);
                table.Append(double.IsNaN(ratio) ? " | | |" : string.Create(
                    CultureInfo.InvariantCulture,
                    $" **{ratio:F2}** | {cpu:F2} | {Median(workload, peer, r => r.P50):F2} / {Median(workload, peer, r => r.P99):F1} |"));
            }

            table.AppendLine();
        }

        File.WriteAllText(args[1] + ".md", table.ToString());
        Console.Write(table);
        var shown = workloads.Where(w => !w.StartsWith("bytes", StringComparison.Ordinal) && w != "deadseek").ToArray();
        var series = peers.Select(p => new BarSeries(
            $"over {p}", shown.Select(w => Median(w, "gabbro", r => r.Speed) / Median(w, p, r => r.Speed)).ToArray())).ToArray();
        File.WriteAllText(args[1] + ".svg", BarChart.Svg("Gabbro.Storage LSM: operations a second over each peer's", "ratio of medians", shown, series, reference: 1));
        return 0;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
