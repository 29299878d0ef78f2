using System.Globalization;

namespace Gabbro.Search.Benchmarks.Ratios;

/// <summary><c>ratios [GROUP...] [--tier T] [--size BYTES] [--turns N] [--md FILE]</c>: the rows this package holds itself to.</summary>
internal static class RatioRunner
{
    internal static int Run(string[] arguments)
    {
        SearchTier tier = SearchTier.Auto;
        int size = 256 << 10, turns = 12;
        string? markdown = null;
        List<string> groups = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--tier": tier = Enum.Parse<SearchTier>(arguments[++i], ignoreCase: true); break;
                case "--size": size = int.Parse(arguments[++i], CultureInfo.InvariantCulture); break;
                case "--turns": turns = int.Parse(arguments[++i], CultureInfo.InvariantCulture); break;
                case "--md": markdown = arguments[++i]; break;
                default: groups.Add(arguments[i]); break;
            }
        }
        List<RowResult> results = [];
        foreach (Row row in RowCatalog.All(tier, size, groups))
        {
            RowResult result = Measurement.Measure(row, turns);
            results.Add(result);
            Console.WriteLine(Line(result));
        }
        int missed = results.Count(r => r.Row.Goal > 0 && r.Ratio < r.Row.Goal);
        Console.WriteLine($"{results.Count} rows, {missed} below their goal");
        if (markdown is not null) File.WriteAllText(markdown, RatioReport.Markdown(results));
        return 0;
    }

    private static string Line(RowResult result)
    {
        string rates = string.Join("  ", result.Row.Contenders.Select((c, i) => $"{c.Name} {result.Rate(i):0.00}"));
        string verdict = result.Row.Goal == 0 ? "" : result.Ratio >= result.Row.Goal ? "ok  " : "MISS";
        return $"{verdict} {result.Row.Group,-12} {result.Row.Name,-22} {result.Ratio,7:0.00} (goal {result.Row.Goal:0.##} of {result.Row.Against})  {rates}";
    }
}
