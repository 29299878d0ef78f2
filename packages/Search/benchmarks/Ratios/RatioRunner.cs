using System.Diagnostics;
using System.Globalization;
using Gabbro.Search.Benchmarks.Plots;

namespace Gabbro.Search.Benchmarks.Ratios;

/// <summary><c>ratios [GROUP...] [--tier T] [--size BYTES] [--turns N] [--md FILE] [--svg FILE]</c>: the rows this package holds itself to.</summary>
internal static class RatioRunner
{
    internal static int Run(string[] arguments)
    {
        if (Environment.GetEnvironmentVariable("DOTNET_TieredCompilation") != "0") return RunCompiled(arguments);
        SearchTier tier = SearchTier.Auto;
        int size = 256 << 10, turns = 12;
        string? markdown = null, plot = null;
        List<string> groups = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--tier": tier = Enum.Parse<SearchTier>(arguments[++i], ignoreCase: true); break;
                case "--size": size = int.Parse(arguments[++i], CultureInfo.InvariantCulture); break;
                case "--turns": turns = int.Parse(arguments[++i], CultureInfo.InvariantCulture); break;
                case "--md": markdown = arguments[++i]; break;
                case "--svg": plot = arguments[++i]; break;
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
        if (plot is not null) File.WriteAllText(plot, RatioPlot.Svg(results));
        if (markdown is not null) File.WriteAllText(markdown, RatioReport.Markdown(results));
        return 0;
    }

    // In a process that compiles everything in full at first use. In tiers, which form of a base library method a short run
    // measures is left to chance: precompiled (no wider than AVX2), instrumented or final.
    private static int RunCompiled(string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!);
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(RatioRunner).Assembly.Location);
        start.ArgumentList.Add("ratios");
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_TieredCompilation"] = "0";
        start.Environment["DOTNET_ReadyToRun"] = "0";
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static string Line(RowResult result)
    {
        string rates = string.Join("  ", result.Row.Contenders.Select((c, i) => $"{c.Name} {result.Rate(i):0.00}"));
        string verdict = result.Row.Goal == 0 ? "" : result.Ratio >= result.Row.Goal ? "ok  " : "MISS";
        return $"{verdict} {result.Row.Group,-12} {result.Row.Name,-22} {result.Ratio,7:0.00} (goal {result.Row.Goal:0.##} of {result.Row.Against})  {rates}";
    }
}
