namespace Gabbro.Tools.HeapLab;

/// <summary>One workload on every allocator: seconds and peak KiB by allocator.</summary>
internal sealed record BenchRow(string Workload, string Baseline, Dictionary<string, double> Seconds, Dictionary<string, double> PeakKib)
{
    internal double TimeRatio(string allocator) => Ratio(Seconds, allocator);

    internal double MemoryRatio(string allocator) => Ratio(PeakKib, allocator);

    private double Ratio(Dictionary<string, double> values, string allocator) =>
        values.TryGetValue(allocator, out double value) && values.TryGetValue(Baseline, out double one) && one > 0 ? value / one : double.NaN;
}

/// <summary>All workloads of a run.</summary>
internal sealed record BenchResult(string Baseline, IReadOnlyList<string> Allocators, IReadOnlyList<BenchRow> Rows)
{
    internal double MeanTime(string allocator) => Mean(Rows.Select(row => row.TimeRatio(allocator)));

    internal double MeanMemory(string allocator) => Mean(Rows.Select(row => row.MemoryRatio(allocator)));

    private static double Mean(IEnumerable<double> ratios)
    {
        double[] finite = [.. ratios.Where(double.IsFinite)];
        return finite.Length == 0 ? double.NaN : Math.Exp(finite.Average(Math.Log));
    }
}
