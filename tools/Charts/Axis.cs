using System.Globalization;

namespace Gabbro.Tools.Charts;

/// <summary>Maps values to pixels, linearly or by their logarithm, with ticks at round values.</summary>
internal sealed class Axis
{
    private readonly double _low;
    private readonly double _high;
    private readonly double _from;
    private readonly double _to;
    private readonly bool _logarithmic;

    public Axis(double low, double high, double from, double to, bool logarithmic)
    {
        _logarithmic = logarithmic;
        (_from, _to) = (from, to);
        if (logarithmic)
        {
            // Whole decades, and at least one.
            _low = Math.Floor(Math.Log10(low));
            _high = Math.Max(Math.Ceiling(Math.Log10(high)), _low + 1);
            Ticks = [.. Enumerable.Range(0, (int)(_high - _low) + 1).Select(i => Math.Pow(10, _low + i))];
        }
        else
        {
            var step = RoundStep((high - low) / 6);
            _low = Math.Floor(low / step) * step;
            _high = Math.Max(Math.Ceiling(high / step) * step, _low + step);
            Ticks = [.. Enumerable.Range(0, (int)Math.Round((_high - _low) / step) + 1).Select(i => _low + i * step)];
        }
    }

    public IReadOnlyList<double> Ticks { get; }

    public double Pixel(double value) => _from + ((_logarithmic ? Math.Log10(value) : value) - _low) / (_high - _low) * (_to - _from);

    /// <summary>A value as people write it: three significant digits, thousands and millions abbreviated.</summary>
    public static string Label(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e9 => Number(value / 1e9) + "G",
        >= 1e6 => Number(value / 1e6) + "M",
        >= 1e4 => Number(value / 1e3) + "k",
        _ => Number(value),
    };

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 10 ? "0.#" : Math.Abs(value) >= 0.1 ? "0.##" : "0.####", CultureInfo.InvariantCulture);

    private static double RoundStep(double rough)
    {
        if (!(rough > 0))
            return 1;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / magnitude) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * magnitude;
    }
}
