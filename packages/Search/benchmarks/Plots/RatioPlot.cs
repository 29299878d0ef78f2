using Gabbro.Search.Benchmarks.Ratios;
using Gabbro.Tools.Charts;

namespace Gabbro.Search.Benchmarks.Plots;

/// <summary>The rows of a run as bars: Gabbro beside the peer its goal is about.</summary>
internal static class RatioPlot
{
    internal static string Svg(IReadOnlyList<RowResult> results)
    {
        RowResult[] shown = [.. results.Where(result => result.Row.Contenders.Length > 1)];
        return BarChart.Svg("Gabbro.Search beside its peers (base library, glibc, Hyperscan; forward or contiguous search for the last of it)", "GB/s",
            [.. shown.Select(result => $"{result.Row.Group} {result.Row.Name.Trim()}")],
            [
                new BarSeries("Gabbro", [.. shown.Select(result => result.Rate(0))]),
                new BarSeries("the peer of its goal", [.. shown.Select(result => result.PeerRate)]),
            ]);
    }
}
