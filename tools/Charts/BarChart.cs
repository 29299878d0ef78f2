namespace Gabbro.Tools.Charts;

/// <summary>Horizontal bars: a group for each category, a colour for each series, every bar with its value.</summary>
public static class BarChart
{
    /// <summary>Draws the chart as one SVG document. A reference, if given, is a vertical line (1.0 for ratios, say).</summary>
    public static string Svg(string title, string valueAxis, IReadOnlyList<string> categories, IReadOnlyList<BarSeries> series, double? reference = null)
    {
        const double bar = 16, gap = 12, top = 70, right = 70, width = 960;
        if (series.Any(s => s.Values.Count != categories.Count))
            throw new ArgumentException("Every series needs a value for each category.", nameof(series));
        var left = Math.Clamp(categories.Max(c => c.Length) * 6.8 + 16, 80, 420);
        var group = series.Count * bar + gap;
        var bottom = top + categories.Count * group;
        var canvas = new SvgCanvas(width, bottom + 50);
        var high = series.SelectMany(s => s.Values).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        var axis = new Axis(0, Math.Max(high, reference ?? 0), left, width - right, logarithmic: false);

        canvas.Text(16, 26, title, size: 16, weight: "bold");
        canvas.Legend([.. series.Select(s => s.Name)], 16, 52);
        foreach (var tick in axis.Ticks)
        {
            canvas.Line(axis.Pixel(tick), top - 6, axis.Pixel(tick), bottom, "#ddd");
            canvas.Text(axis.Pixel(tick), bottom + 16, Axis.Label(tick), "middle", 11);
        }

        canvas.Text((left + width - right) / 2, bottom + 38, valueAxis, "middle");
        for (var c = 0; c < categories.Count; c++)
        {
            var y = top + c * group;
            canvas.Text(left - 8, y + series.Count * bar / 2 + 4, categories[c], "end");
            for (var s = 0; s < series.Count; s++)
            {
                var value = series[s].Values[c];
                if (!double.IsFinite(value))
                    continue;
                canvas.Rectangle(left, y + s * bar + 1, Math.Max(axis.Pixel(value) - left, 1), bar - 2, SvgCanvas.Color(s), $"{categories[c]}, {series[s].Name}: {Axis.Label(value)}");
                canvas.Text(axis.Pixel(value) + 4, y + s * bar + 12, Axis.Label(value), size: 10);
            }
        }

        if (reference is { } line)
            canvas.Line(axis.Pixel(line), top - 6, axis.Pixel(line), bottom, "#222", "4 3");
        return canvas.ToString();
    }
}
