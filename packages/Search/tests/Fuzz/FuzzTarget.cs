using Gabbro.Search.Lines;
using Gabbro.Search.Patterns;
using Gabbro.Search.Sets;
using Gabbro.Search.Streams;
using Gabbro.Search.Tests.Patterns;
using Gabbro.Search.Tests.Support;
using Gabbro.Search.Utf8;

namespace Gabbro.Search.Tests.Fuzz;

/// <summary>
/// Any bytes as a test: they say what is searched for, where and how, and every answer is compared with the naive one. A
/// mistake throws. The first byte chooses the tier, the second the operation, the third the length of the needle.
/// </summary>
internal static class FuzzTarget
{
    private static readonly SearchTier[] All = [.. Tiers.Supported];

    internal static void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 4) return;
        SearchTier tier = All[input[0] % All.Length];
        int length = int.Min(input[2], input.Length - 3);
        byte[] needle = input.Slice(3, length).ToArray(), text = input[(3 + length)..].ToArray();
        switch (input[1] % 6)
        {
            case 0: Substring(needle, text, tier, CaseMode.Ordinal, (a, b) => a == b); break;
            case 1: Substring(needle, text, tier, CaseMode.AsciiIgnoreCase, (a, b) => Naive.Lower((char)a) == Naive.Lower((char)b)); break;
            case 2: Patterns(needle, text, tier); break;
            case 3: Stream(needle, text, tier); break;
            case 4: Utf8(text, tier); break;
            default: Set(needle, text, tier); break;
        }
    }

    private static void Substring(byte[] needle, byte[] text, SearchTier tier, CaseMode mode, Func<byte, byte, bool> equal)
    {
        Finder finder = Finder.Create(needle, new FinderOptions { Tier = tier, Case = mode });
        foreach (bool overlapping in (bool[])[false, true])
        {
            List<int> expected = Naive.All<byte>(text, needle, equal, overlapping, backward: false), found = [];
            foreach (Match match in overlapping ? finder.EnumerateMatches(text).Overlapping() : finder.EnumerateMatches(text)) found.Add(match.Index);
            Require(expected.SequenceEqual(found), "all");
            Require(finder.Count(text, overlapping) == expected.Count, "count");
        }
        List<int> places = Naive.All<byte>(text, needle, equal, overlapping: true, backward: false);
        Require(finder.IndexOf(text) == (places.Count > 0 ? places[0] : -1), "first");
        Require(finder.LastIndexOf(text) == (places.Count > 0 ? places[^1] : -1), "last");
    }

    private static void Patterns(byte[] needle, byte[] text, SearchTier tier)
    {
        byte[][] patterns = [.. needle.Chunk(1 + needle.Length % 7)];
        if (patterns.Length == 0) return;
        foreach (MatchKind kind in Enum.GetValues<MatchKind>())
        {
            MultiFinder finder = MultiFinder.Create(patterns, new MultiFinderOptions { Kind = kind, Tier = tier });
            Require(MultiFinderTests.All(finder, text).SequenceEqual(MultiFinderTests.Reference(patterns, text, kind, ignoreCase: false)), "patterns");
        }
    }

    private static void Stream(byte[] needle, byte[] text, SearchTier tier)
    {
        if (needle.Length == 0) return;
        StreamSearcher searcher = new(Finder.Create(needle, new FinderOptions { Tier = tier }));
        List<StreamMatch> found = [];
        int piece = 1 + needle[0] % 50;
        for (int at = 0; at < text.Length; at += piece) searcher.Feed(text.AsSpan(at, int.Min(piece, text.Length - at)), found);
        searcher.Complete(found);
        Require(found.Select(match => (int)match.Offset).SequenceEqual(Naive.All<byte>(text, needle, (a, b) => a == b, overlapping: false, backward: false)), "stream");
    }

    private static void Utf8(byte[] text, SearchTier tier)
    {
        int invalid = Utf8Text.IndexOfInvalid(text, tier);
        Require(System.Text.Unicode.Utf8.IsValid(text) == invalid < 0, "validity");
        Require(invalid < 0 || System.Text.Unicode.Utf8.IsValid(text.AsSpan(0, invalid)), "place of the error");
        Require(Utf8Text.CountCharacters(text, tier) == text.Count(b => (b & 0xC0) != 0x80), "characters");
        Require(LineText.CountTerminators(text) == text.Count(b => b == '\n'), "lines");
    }

    private static void Set(byte[] members, byte[] text, SearchTier tier)
    {
        ByteSet set = ByteSet.Create(members, tier);
        Require(set.IndexOf(text) == text.AsSpan().IndexOfAny(members), "first of set");
        Require(set.LastIndexOf(text) == text.AsSpan().LastIndexOfAny(members), "last of set");
        Require(set.CountIn(text) == text.Count(b => members.Contains(b)), "count of set");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException($"A search is wrong: {what}.");
    }
}
