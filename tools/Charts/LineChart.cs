namespace Gabbro.Tools.Charts;

/// <summary>Lines over a common x axis, either axis linear or logarithmic, every point marked.</summary>
public static class LineChart
{
    /// <summary>Draws the chart as one SVG document. Points that are not finite, or not positive on a logarithmic axis, are left out.</summary>
    public static string Svg(string title, string xAxis, string yAxis, IReadOnlyList<LineSeries> series, bool logX = false, bool logY = false)
    {
        const double width = 960, height = 480, left = 80, right = 30, top = 70, bottom = height - 60;
        var shown = series.Select(s => s with { Points = [.. s.Points.Where(p => Drawable(p.X, logX) && Drawable(p.Y, logY))] }).ToList();
        var points = shown.SelectMany(s => s.Points).DefaultIfEmpty((1, 1)).ToList();
        var x = new Axis(points.Min(p => p.X), points.Max(p => p.X), left, width - right, logX);
        var y = new Axis(logY ? points.Min(p => p.Y) : Math.Min(0, points.Min(p => p.Y)), points.Max(p => p.Y), bottom, top, logY);
        var canvas = new SvgCanvas(width, height);

        canvas.Text(16, 26, title, size: 16, weight: "bold");
        canvas.Legend([.. shown.Select(s => s.Name)], 16, 52);
        foreach (var tick in x.Ticks)
        {
            canvas.Line(x.Pixel(tick), top, x.Pixel(tick), bottom, "#eee");
            canvas.Text(x.Pixel(tick), bottom + 18, Axis.Label(tick), "middle", 11);
        }

        foreach (var tick in y.Ticks)
        {
            canvas.Line(left, y.Pixel(tick), width - right, y.Pixel(tick), "#ddd");
            canvas.Text(left - 8, y.Pixel(tick) + 4, Axis.Label(tick), "end", 11);
        }

        canvas.Text((left + width - right) / 2, height - 18, xAxis, "middle");
        canvas.Text(20, (top + bottom) / 2, yAxis, "middle", rotate: -90);
        for (var i = 0; i < shown.Count; i++)
        {
            canvas.Polyline(shown[i].Points.Select(p => (x.Pixel(p.X), y.Pixel(p.Y))), SvgCanvas.Color(i));
            foreach (var (px, py) in shown[i].Points)
                canvas.Dot(x.Pixel(px), y.Pixel(py), SvgCanvas.Color(i), $"{shown[i].Name}: {Axis.Label(px)}, {Axis.Label(py)}");
        }

        return canvas.ToString();
    }

    private static bool Drawable(double value, bool logarithmic) => double.IsFinite(value) && (!logarithmic || value > 0);
}
