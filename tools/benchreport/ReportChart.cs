using Gabbro.Tools.Charts;

namespace Gabbro.Tools.BenchReport;

/// <summary>A report as bars: a group for each benchmark and parameter set, a colour for each method.</summary>
internal static class ReportChart
{
    /// <summary>Bars show the ratio to the baseline where there is one, else nanoseconds.</summary>
    public static string Svg(string title, BenchmarkReport report, string baseline)
    {
        var hasBaseline = report.Results.Any(r => r.Method == baseline);
        var groups = report.Results.Select(r => r.Group).Distinct().ToList();
        var series = report.Results.Select(r => r.Method).Distinct()
            .Select(method => new BarSeries(method, [.. groups.Select(group => Value(report.Results.FirstOrDefault(r => r.Group == group && r.Method == method)))]));
        return BarChart.Svg(title, hasBaseline ? $"time relative to {baseline} (lower is faster)" : "nanoseconds an operation",
            [.. groups.Select(g => $"{g.Item1} {g.Item2}".Trim())], [.. series], hasBaseline ? 1 : null);

        double Value(BenchmarkResult? result) =>
            result is null ? double.NaN : hasBaseline ? MarkdownTable.Ratio(report, result, baseline) ?? double.NaN : result.Median;
    }
}
