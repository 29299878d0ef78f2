using System.Text;
using Gabbro.Search.Benchmarks.Peers;

namespace Gabbro.Search.Benchmarks.Ratios;

/// <summary>Rows about one needle.</summary>
internal static unsafe class SubstringRows
{
    internal static IEnumerable<Row> Rare(SearchTier tier, int size)
    {
        byte[] english = Corpora.English(size), russian = Corpora.Russian(size), chinese = Corpora.Chinese(size);
        foreach ((string name, byte[] text, string needle) in ((string, byte[], string)[])
        [
            ("never", english, "Sherlock Holmes"), ("never-z", english, "zyzzyva"), ("never-space", english, "  z"),
            ("never-long", english, "the quick brown fox jumps over the lazy dog and then it sleeps until the evening comes"),
            ("never-byte", english, "#"), ("never-two", english, "##"), ("russian", russian, "Шерлок Холмс"), ("chinese", chinese, "夏洛克福尔摩斯"),
        ])
        {
            yield return new Row("rare", name, text.Length, 1.0, "best", Finders(text, needle, tier, textbook: name == "never"));
        }
    }

    internal static IEnumerable<Row> Common(SearchTier tier, int size)
    {
        byte[] english = Corpora.English(size), russian = Corpora.Russian(size);
        foreach ((string name, byte[] text, string needle) in ((string, byte[], string)[])
            [("the", english, "the"), ("that", english, "that "), ("e", english, "e"), ("th", english, "th"), ("of-the", english, "of the"), ("people", english, "people"), ("russian", russian, "что")])
        {
            byte[] wanted = Encoding.UTF8.GetBytes(needle);
            Finder finder = Finder.Create(wanted, new FinderOptions { Tier = tier });
            List<Contender> contenders = [new("Gabbro", () => finder.Count(text)), new("BCL", () => text.AsSpan().Count(wanted))];
            if (Hyperscan.IsAvailable) contenders.Add(Scanner(text, wanted, found: 0));
            yield return name == "e"
                ? new Row("bytecount", name, text.Length, 0.95, "BCL", [.. contenders])
                : new Row("common", name, text.Length, 3, "BCL", [.. contenders]);
        }
    }

    internal static IEnumerable<Row> Reverse(SearchTier tier, int size)
    {
        byte[] english = Corpora.English(size);
        foreach (string needle in (string[])["Sherlock Holmes", "zyzzyva", "#", "gabbro", "the quick brown fox jumps over the lazy dog and then it sleeps until the evening comes"])
        {
            byte[] wanted = Encoding.UTF8.GetBytes(needle);
            Finder finder = Finder.Create(wanted, new FinderOptions { Tier = tier });
            yield return new Row("reverse", needle[..int.Min(12, needle.Length)], size, 0.95, "forward",
            [
                new("Gabbro", () => finder.LastIndexOf(english)), new("forward", () => finder.IndexOf(english)),
                new("BCL", () => english.AsSpan().LastIndexOf(wanted)),
            ]);
        }
    }

    internal static IEnumerable<Row> Dna(SearchTier tier, int size)
    {
        byte[] dna = Corpora.Dna(size);
        foreach (string needle in (string[])["acgtacgtacgtacgtaaaacccc", "gattacagattaca", "ggccttaaggcc", "acgtgcatgcaagtccatgcatgcatcgatcgatgcatgcatcgatgcatgcatcgatgcatcgatcgatcgatagctac"])
            yield return new Row("dna", needle[..int.Min(14, needle.Length)], size, 4, "BCL", Finders(dna, needle, tier, textbook: true));
    }

    internal static IEnumerable<Row> Pathological(SearchTier tier, int size)
    {
        string a = new('a', 5000), z = new('z', 40);
        foreach ((string name, byte[] text, string needle) in ((string, byte[], string)[])
        [
            ("a^n a^mb", Corpora.Filled("a", size), a[..1000] + "b"), ("a^n ba^m", Corpora.Filled("a", size), "b" + a[..1000]),
            ("a^n a^mba^m", Corpora.Filled("a", size), a[..500] + "b" + a[..500]), ("a^n short", Corpora.Filled("a", size), a[..30] + "b" + a[..30]),
            ("z^n z^mez^m", Corpora.Filled("z", size), z + "e" + z), ("(ab)^n (ab)^mc", Corpora.Filled("ab", size), string.Concat(Enumerable.Repeat("ab", 400)) + "c"),
            ("(a^99b)^n a^200", Corpora.Filled(a[..99] + "b", size), a[..200]), ("(a^999b)^n a^1000", Corpora.Filled(a[..999] + "b", size), a[..1000]),
            ("(a^99b)^n a^60", Corpora.Filled(a[..59] + "b", size), a[..60]),
            ("fibonacci", Corpora.Filled(Fibonacci(22), size), Fibonacci(14) + "a"), ("fibonacci short", Corpora.Filled(Fibonacci(22), size), Fibonacci(8) + "aa"),
            ("(a^8b)^n (a^8b)^ma^9", Corpora.Filled("aaaaaaaab", size), string.Concat(Enumerable.Repeat("aaaaaaaab", 40)) + "aaaaaaaaa"),
        ])
        {
            yield return new Row("pathological", name, size, 0.5, "GB/s", Finders(text, needle, tier, textbook: false, glibcOnly: true));
            byte[] wanted = Encoding.UTF8.GetBytes(needle);
            Finder finder = Finder.Create(wanted, new FinderOptions { Tier = tier });
            yield return new Row("pathological", "last " + name, size, 0.5, "GB/s", [new("Gabbro", () => finder.LastIndexOf(text))]);
        }
        Finder runs = Finder.Create(a[..3000], new FinderOptions { Tier = tier });
        byte[] run = Corpora.Filled("a", size);
        yield return new Row("pathological", "count overlapping", size, 0.5, "GB/s", [new("Gabbro", () => runs.Count(run, overlapping: true))]);
        yield return new Row("pathological", "count", size, 0.5, "GB/s", [new("Gabbro", () => runs.Count(run))]);
        Finder caseless = Finder.Create(a[..500] + "B" + a[..500], new FinderOptions { Tier = tier, Case = CaseMode.AsciiIgnoreCase });
        yield return new Row("pathological", "caseless", size, 0.5, "GB/s", [new("Gabbro", () => caseless.IndexOf(run))]);
    }

    internal static IEnumerable<Row> Short(SearchTier tier)
    {
        byte[] text = "Sphinx of black quartz, judg"u8.ToArray();
        foreach (string needle in (string[])["quartz", "xyz", "judge", "o", "Sphinx of black quartz, jud!"])
        {
            byte[] wanted = Encoding.UTF8.GetBytes(needle);
            Finder finder = Finder.Create(wanted, new FinderOptions { Tier = tier });
            yield return new Row("short", needle, 28 * 1000, 1, "BCL",
            [
                new("Gabbro", () => { long sum = 0; for (int i = 0; i < 1000; i++) sum += finder.IndexOf(text); return sum; }),
                new("BCL", () => { long sum = 0; for (int i = 0; i < 1000; i++) sum += text.AsSpan().IndexOf(wanted); return sum; }),
                new("one-shot", () => { long sum = 0; for (int i = 0; i < 1000; i++) sum += SpanSearch.IndexOf(text, wanted); return sum; }),
            ]);
        }
    }

    private static Contender[] Finders(byte[] text, string needle, SearchTier tier, bool textbook, bool glibcOnly = false)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(needle);
        Finder finder = Finder.Create(wanted, new FinderOptions { Tier = tier });
        List<Contender> contenders = [new("Gabbro", () => finder.IndexOf(text))];
        if (!glibcOnly) contenders.Add(new("BCL", () => text.AsSpan().IndexOf(wanted)));
        if (OperatingSystem.IsLinux())
            contenders.Add(new("glibc", () => { fixed (byte* start = text, n = wanted) return Glibc.IndexOf(start, text.Length, n, wanted.Length); }));
        if (Hyperscan.IsAvailable && !glibcOnly && finder.IndexOf(text) < 0)
            contenders.Add(Scanner(text, wanted, found: -1));
        if (textbook)
        {
            contenders.Add(new("naive", () => { fixed (byte* start = text, n = wanted) return Textbook.Naive(start, text.Length, n, wanted.Length); }));
            contenders.Add(new("Horspool", () => { fixed (byte* start = text, n = wanted) return Textbook.Horspool(start, text.Length, n, wanted.Length); }));
        }
        return [.. contenders];
    }

    private static Contender Scanner(byte[] text, byte[] needle, long found)
    {
        Hyperscan scan = new([needle]);
        return new("Hyperscan", () => { fixed (byte* start = text) return scan.Count(start, text.Length) + found; });
    }

    private static string Fibonacci(int order)
    {
        string a = "a", b = "ab";
        for (int i = 0; i < order; i++) (a, b) = (b, b + a);
        return a;
    }
}
