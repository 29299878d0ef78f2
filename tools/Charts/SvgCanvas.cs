using System.Globalization;
using System.Net;
using System.Text;

namespace Gabbro.Tools.Charts;

/// <summary>The SVG elements a chart is drawn with; coordinates in pixels, y downwards.</summary>
internal sealed class SvgCanvas(double width, double height)
{
    /// <summary>Told apart by readers with colour-vision deficiencies, and in grey (Okabe and Ito's palette, darkened).</summary>
    private static readonly string[] Palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c7a00", "#56b4e9", "#555555", "#7a3b00"];

    private readonly StringBuilder _body = new();

    public static string Color(int index) => Palette[index % Palette.Length];

    public void Rectangle(double x, double y, double w, double h, string fill, string? tooltip = null)
    {
        _body.Append(Invariant($"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{w:0.#}\" height=\"{h:0.#}\" fill=\"{fill}\""));
        _body.Append(tooltip is null ? "/>\n" : $"><title>{Escape(tooltip)}</title></rect>\n");
    }

    public void Line(double x1, double y1, double x2, double y2, string stroke, string? dash = null) =>
        _body.Append(Invariant($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"{stroke}\"{(dash is null ? "" : $" stroke-dasharray=\"{dash}\"")}/>\n"));

    public void Polyline(IEnumerable<(double X, double Y)> points, string stroke) =>
        _body.Append($"<polyline fill=\"none\" stroke-width=\"2\" stroke=\"{stroke}\" points=\"{string.Join(' ', points.Select(p => Invariant($"{p.X:0.#},{p.Y:0.#}")))}\"/>\n");

    public void Dot(double x, double y, string fill, string tooltip) =>
        _body.Append(Invariant($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"3\" fill=\"{fill}\"><title>{Escape(tooltip)}</title></circle>\n"));

    public void Text(double x, double y, string text, string anchor = "start", int size = 12, string weight = "normal", double rotate = 0)
    {
        var turn = rotate == 0 ? "" : Invariant($" transform=\"rotate({rotate} {x:0.#} {y:0.#})\"");
        _body.Append(Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\" font-size=\"{size}\" font-weight=\"{weight}\"{turn}>{Escape(text)}</text>\n"));
    }

    public void Legend(IReadOnlyList<string> names, double x, double y)
    {
        for (var i = 0; i < names.Count; i++)
        {
            Rectangle(x, y - 10, 12, 12, Color(i));
            Text(x + 17, y, names[i]);
            x += 34 + names[i].Length * 6.8;
        }
    }

    public override string ToString() => Invariant(
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:0}\" height=\"{height:0}\" viewBox=\"0 0 {width:0} {height:0}\" font-family=\"Helvetica, Arial, sans-serif\" fill=\"#222\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n") + _body + "</svg>\n";

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
