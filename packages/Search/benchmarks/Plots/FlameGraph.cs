using System.Globalization;
using System.Net;
using System.Text;

namespace Gabbro.Search.Benchmarks.Plots;

/// <summary><c>flame SCRIPT SVG [TITLE]</c>: draws what <c>perf script</c> printed as a flame graph, callers below callees.</summary>
internal static class FlameGraph
{
    private const double Width = 1200, Row = 17, Narrowest = 3;

    internal static int Run(string[] arguments)
    {
        if (arguments.Length is < 2 or > 3)
        {
            Console.Error.WriteLine("usage: flame SCRIPT SVG [TITLE]");
            return 2;
        }
        Frame root = Read(arguments[0], out int samples);
        File.WriteAllText(arguments[1], Svg(root, samples, arguments.Length > 2 ? arguments[2] : Path.GetFileNameWithoutExtension(arguments[1])));
        Console.WriteLine($"{samples} samples");
        return 0;
    }

    // A sample is a line about the thread, then a line for each frame, the innermost first, then an empty line.
    private static Frame Read(string path, out int samples)
    {
        Frame root = new("all");
        List<string> stack = [];
        string? thread = null;
        samples = 0;
        foreach (string line in File.ReadLines(path).Append(""))
        {
            if (line.Length == 0)
            {
                if (thread is null) continue;
                samples++;
                root.Count++;
                Frame at = root.Child(thread);
                at.Count++;
                for (int i = stack.Count - 1; i >= 0; i--)
                {
                    at = at.Child(stack[i]);
                    at.Count++;
                }
                stack.Clear();
                thread = null;
            }
            else if (char.IsWhiteSpace(line[0])) stack.Add(Name(line.Trim()));
            else thread = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0];
        }
        return root;
    }

    // "address symbol+offset (object)"; managed symbols carry their signature, of which the name is enough.
    private static string Name(string frame)
    {
        int space = frame.IndexOf(' ', StringComparison.Ordinal), open = frame.LastIndexOf(" (", StringComparison.Ordinal);
        string symbol = frame[(space + 1)..(open > space ? open : frame.Length)];
        int offset = symbol.LastIndexOf("+0x", StringComparison.Ordinal);
        if (offset > 0) symbol = symbol[..offset];
        if (symbol == "[unknown]" && open > 0) return $"[{Path.GetFileName(frame[(open + 2)..].TrimEnd(')'))}]";
        int member = symbol.IndexOf("::", StringComparison.Ordinal);
        if (member > 0 && symbol.Contains('[', StringComparison.Ordinal))
        {
            int assembly = symbol.LastIndexOf(']', member);
            int arguments = symbol.IndexOf('(', member);
            symbol = symbol[(assembly + 1)..(arguments > 0 ? arguments : symbol.Length)].Trim();
        }
        return symbol;
    }

    private static string Svg(Frame root, int samples, string title)
    {
        StringBuilder body = new();
        double scale = Width / int.Max(1, samples);
        int depth = Depth(root, scale);
        double height = (depth + 2) * Row + 30;
        Draw(root, 0, height - Row - 6);
        return string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" font-family=\"monospace\" font-size=\"11\">\n"
            + $"<text x=\"10\" y=\"18\" font-size=\"14\">{WebUtility.HtmlEncode(title)}: {samples} samples</text>\n{body}</svg>\n");

        void Draw(Frame frame, double x, double y)
        {
            double width = frame.Count * scale;
            if (width < Narrowest) return;
            // The hue is the name's, so that a function looks the same wherever it is called.
            int hash = frame.Name.Aggregate(7, (sum, c) => sum * 31 + c & 0xFFFFFF);
            string label = width < 24 ? "" : frame.Name.Length * 6.7 > width - 6 ? frame.Name[..int.Max(0, int.Min(frame.Name.Length, (int)((width - 6) / 6.7)))] : frame.Name;
            body.Append(CultureInfo.InvariantCulture, $"<g><title>{WebUtility.HtmlEncode(frame.Name)} {100.0 * frame.Count / samples:0.0}%</title>");
            body.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.0}\" y=\"{y:0.0}\" width=\"{width - 0.4:0.0}\" height=\"{Row - 1}\" fill=\"rgb({205 + hash % 50},{80 + hash / 50 % 120},{40 + hash / 6000 % 50})\"/>");
            body.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 3:0.0}\" y=\"{y + 12:0.0}\">{WebUtility.HtmlEncode(label)}</text></g>\n");
            foreach (Frame child in frame.Children)
            {
                Draw(child, x, y - Row);
                x += child.Count * scale;
            }
        }
    }

    private static int Depth(Frame frame, double scale) =>
        frame.Count * scale < Narrowest ? 0 : 1 + frame.Children.Select(child => Depth(child, scale)).DefaultIfEmpty(0).Max();

    /// <summary>A function in a particular chain of callers.</summary>
    private sealed class Frame(string name)
    {
        private readonly SortedDictionary<string, Frame> _children = new(StringComparer.Ordinal);

        internal string Name { get; } = name;

        internal int Count { get; set; }

        internal IEnumerable<Frame> Children => _children.Values;

        internal Frame Child(string name) => _children.TryGetValue(name, out Frame? child) ? child : _children[name] = new Frame(name);
    }
}
