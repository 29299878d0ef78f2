using System.Globalization;
using Gabbro.Tools.Charts;

namespace Gabbro.Platform.Benchmarks;

/// <summary>Draws the column of ratios of every table of a results page, so that the picture shows what the page says.</summary>
internal static class PagePlot
{
    internal static string Svg(string page)
    {
        List<string> names = [];
        List<double> ratios = [];
        string title = "";
        int column = -1;
        foreach (string line in page.Split('\n'))
        {
            string[] cells = [.. line.Split('|').Select(cell => cell.Trim())];
            if (cells.Length < 4)
            {
                column = -1;
                continue;
            }
            int header = Array.FindIndex(cells, cell => cell.StartsWith("ratio", StringComparison.Ordinal));
            if (header >= 0)
            {
                column = header;
                title = cells[1];
            }
            else if (column >= 0 && double.TryParse(cells[column], CultureInfo.InvariantCulture, out double ratio) && ratio != 1)
            {
                names.Add(title == "call" ? cells[1].Split(" (")[0] : $"{title}: {cells[1]}");
                ratios.Add(ratio);
            }
        }
        return BarChart.Svg("Time relative to C (shorter is faster)", "ratio to C", names, [new BarSeries("median of rounds", ratios)], 1.0);
    }
}
