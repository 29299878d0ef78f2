using Gabbro.Search.Tests.Support;

namespace Gabbro.Search.Tests.Substring;

/// <summary>UTF-16 finders of every tier and fixed-length case mode.</summary>
[TestFixtureSource(typeof(FinderTests), nameof(FinderTests.Fixtures))]
internal sealed unsafe class TextFinderTests(SearchTier tier, CaseMode mode) : SubstringContract
{
    private string? _lastNeedle;
    private TextFinder? _last;

    protected override bool Equal(char a, char b) => mode == CaseMode.Ordinal ? a == b : Naive.Lower(a) == Naive.Lower(b);

    protected override List<int> All(string haystack, string needle, bool overlapping, bool backward)
    {
        MatchEnumerable matches = Create(needle).EnumerateMatches(haystack);
        if (overlapping) matches = matches.Overlapping();
        if (backward) matches = matches.Backward();
        List<int> found = [];
        foreach (Match match in matches) found.Add(match.Index);
        return found;
    }

    protected override int First(string haystack, string needle) => Create(needle).IndexOf(haystack);

    protected override int Last(string haystack, string needle) => Create(needle).LastIndexOf(haystack);

    protected override int Count(string haystack, string needle, bool overlapping) => Create(needle).Count(haystack, overlapping);

    protected override List<int> Fill(string haystack, string needle, bool overlapping)
    {
        // A buffer of three, resumed by slicing: exact for needles without memory of what came before the slice.
        List<int> found = [];
        Span<int> room = stackalloc int[3];
        int start = 0;
        while (true)
        {
            int written = Create(needle).FindAll(haystack.AsSpan(start), room, out int resume, overlapping);
            foreach (int index in room[..written]) found.Add(start + index);
            if (written < room.Length) return found;
            if (needle.Length == 0 && start + resume >= haystack.Length)
            {
                if (found[^1] < haystack.Length) found.Add(haystack.Length);
                return found;
            }
            start += resume;
        }
    }

    protected override (int First, int Last, int Count) Guarded(GuardedMemory memory, string haystack, string needle, bool atEnd)
    {
        char* start = (char*)(atEnd ? memory.End(haystack.Length * 2) : memory.Start);
        haystack.CopyTo(new Span<char>(start, haystack.Length));
        TextFinder finder = Create(needle);
        return ((int)finder.IndexOf(start, haystack.Length), (int)finder.LastIndexOf(start, haystack.Length),
            (int)finder.Count(start, haystack.Length));
    }

    private TextFinder Create(string needle)
    {
        if (needle == _lastNeedle) return _last!;
        _lastNeedle = needle;
        return _last = TextFinder.Create(needle, new FinderOptions { Tier = tier, Case = mode });
    }
}
