namespace Gabbro.Tools.Charts;

/// <summary>One colour of a bar chart: a value for each category; NaN leaves the bar out.</summary>
public sealed record BarSeries(string Name, IReadOnlyList<double> Values);

/// <summary>One line of a line chart, points in order of x.</summary>
public sealed record LineSeries(string Name, IReadOnlyList<(double X, double Y)> Points);
