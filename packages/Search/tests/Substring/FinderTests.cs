using System.Text;
using Gabbro.Search.Tests.Support;

namespace Gabbro.Search.Tests.Substring;

/// <summary>Byte finders of every tier and fixed-length case mode.</summary>
[TestFixtureSource(nameof(Fixtures))]
internal sealed unsafe class FinderTests(SearchTier tier, CaseMode mode) : SubstringContract
{
    public static IEnumerable<TestFixtureData> Fixtures =>
        from tier in Tiers.Supported
        from mode in (CaseMode[])[CaseMode.Ordinal, CaseMode.AsciiIgnoreCase]
        select new TestFixtureData(tier, mode);

    protected override bool Equal(char a, char b) =>
        mode == CaseMode.Ordinal ? (byte)a == (byte)b : Naive.Lower((char)(byte)a) == Naive.Lower((char)(byte)b);

    protected override List<int> All(string haystack, string needle, bool overlapping, bool backward)
    {
        MatchEnumerable matches = Create(needle).EnumerateMatches(Bytes(haystack));
        if (overlapping) matches = matches.Overlapping();
        if (backward) matches = matches.Backward();
        List<int> found = [];
        foreach (Match match in matches) found.Add(match.Index);
        return found;
    }

    protected override int First(string haystack, string needle) => Create(needle).IndexOf(Bytes(haystack));

    protected override int Last(string haystack, string needle) => Create(needle).LastIndexOf(Bytes(haystack));

    protected override int Count(string haystack, string needle, bool overlapping) => Create(needle).Count(Bytes(haystack), overlapping);

    protected override List<int> Fill(string haystack, string needle, bool overlapping)
    {
        byte[] bytes = Bytes(haystack);
        Finder finder = Create(needle);
        Span<int> all = new int[bytes.Length + 1];
        int written = finder.FindAll(bytes, all, out int resume, overlapping);
        Assert.That(resume, Is.EqualTo(bytes.Length));
        return [.. all[..written]];
    }

    protected override (int First, int Last, int Count) Guarded(GuardedMemory memory, string haystack, string needle, bool atEnd)
    {
        byte* start = atEnd ? memory.End(haystack.Length) : memory.Start;
        for (int i = 0; i < haystack.Length; i++) start[i] = (byte)haystack[i];
        Finder finder = Create(needle);
        return ((int)finder.IndexOf(start, haystack.Length), (int)finder.LastIndexOf(start, haystack.Length),
            (int)finder.Count(start, haystack.Length));
    }

    private string? _lastNeedle;
    private Finder? _last;

    private Finder Create(string needle)
    {
        if (needle == _lastNeedle) return _last!;
        _lastNeedle = needle;
        return _last = Finder.Create(Bytes(needle), new FinderOptions { Tier = tier, Case = mode });
    }

    private static byte[] Bytes(string text) => Array.ConvertAll(text.ToCharArray(), c => (byte)c);
}
