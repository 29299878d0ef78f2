using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gabbro.Search.Patterns;
using Gabbro.Search.Sets;
using Gabbro.Search.Utf8;

namespace Gabbro.Search.Benchmarks;

/// <summary>
/// <c>searchbench CORPUS NEEDLE ITERATIONS [--op count|find|rfind|countbyte|set|caseless|utf8] [--tier T]</c>: prints
/// <c>name needle count GB/s</c>. <c>@file</c> reads the needle from a file, <c>+file</c> a set of needles, one a line.
/// </summary>
internal static class SearchBench
{
    internal static int Run(string[] arguments)
    {
        string operation = "count";
        SearchTier tier = SearchTier.Auto;
        List<string> positional = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].StartsWith("--op", StringComparison.Ordinal)) operation = Value(arguments, ref i);
            else if (arguments[i].StartsWith("--tier", StringComparison.Ordinal)) tier = Enum.Parse<SearchTier>(Value(arguments, ref i), ignoreCase: true);
            else positional.Add(arguments[i]);
        }
        if (positional.Count != 3 || !int.TryParse(positional[2], NumberStyles.None, CultureInfo.InvariantCulture, out int iterations))
        {
            Console.Error.WriteLine("usage: searchbench CORPUS NEEDLE ITERATIONS [--op count|find|rfind|countbyte|set|caseless|utf8] [--tier TIER]");
            return 2;
        }
        if (!SearchFeatures.IsSupported(tier)) return 3;
        byte[] corpus = File.ReadAllBytes(positional[0]);
        Func<long>? work = positional[1].StartsWith('+')
            ? Many(corpus, File.ReadAllLines(positional[1][1..]), operation, tier)
            : One(corpus, positional[1].StartsWith('@') ? File.ReadAllBytes(positional[1][1..]) : Encoding.UTF8.GetBytes(positional[1]), operation, tier);
        if (work is null)
        {
            Console.Error.WriteLine($"no such operation here: {operation}");
            return 3;
        }
        long count = work();
        double best = double.MaxValue;
        for (int i = 0; i < iterations; i++)
        {
            long start = Stopwatch.GetTimestamp();
            count = work();
            best = double.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        string rate = (corpus.Length / best / 1e9).ToString("0.000", CultureInfo.InvariantCulture);
        Console.WriteLine($"gabbro-{operation} {positional[1]} {count} {rate}");
        return 0;
    }

    private static string Value(string[] arguments, ref int i)
    {
        int equals = arguments[i].IndexOf('=', StringComparison.Ordinal);
        return equals >= 0 ? arguments[i][(equals + 1)..] : arguments[++i];
    }

    private static Func<long>? One(byte[] corpus, byte[] needle, string operation, SearchTier tier)
    {
        if (operation is "utf8") return () => Utf8Text.IndexOfInvalid(corpus, tier);
        if (operation is "set")
        {
            ByteSet set = ByteSet.Create(needle, tier);
            return () => set.CountIn(corpus);
        }
        bool caseless = operation == "caseless";
        Finder finder = Finder.Create(operation == "countbyte" ? needle.AsSpan(0, 1) : needle, new FinderOptions { Tier = tier, Case = caseless ? CaseMode.UnicodeIgnoreCase : CaseMode.Ordinal });
        return operation switch
        {
            "count" or "countbyte" or "caseless" => () => finder.Count(corpus),
            "find" => () => finder.IndexOf(corpus),
            "rfind" => () => finder.LastIndexOf(corpus),
            _ => null,
        };
    }

    private static Func<long>? Many(byte[] corpus, string[] needles, string operation, SearchTier tier)
    {
        MultiFinder finder = MultiFinder.Create(needles.Where(needle => needle.Length > 0),
            new MultiFinderOptions { Tier = tier, Case = operation == "caseless" ? CaseMode.AsciiIgnoreCase : CaseMode.Ordinal });
        return operation switch
        {
            "count" or "caseless" => () => finder.Count(corpus),
            "find" => () => finder.IndexOf(corpus),
            _ => null,
        };
    }
}
