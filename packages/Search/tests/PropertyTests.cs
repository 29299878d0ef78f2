using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gabbro.Search.Patterns;
using Gabbro.Search.Streams;
using Gabbro.Search.Tests.Patterns;
using Gabbro.Search.Tests.Support;
using Gabbro.Search.Utf8;

namespace Gabbro.Search.Tests;

/// <summary>Properties of all searches, with counterexamples shrunk to the smallest that fail.</summary>
[TestFixtureSource(typeof(Tiers), nameof(Tiers.Supported))]
internal sealed class PropertyTests(SearchTier tier)
{
    [Test]
    public void Finder_AnyHaystackAndNeedle_EqualsNaive() => Holds((haystack, needle) =>
    {
        byte[] text = Letters(haystack, 40), wanted = Letters(needle, 2);
        Finder finder = Finder.Create(wanted, new FinderOptions { Tier = tier });
        List<int> all = Naive.All<byte>(text, wanted, (a, b) => a == b, overlapping: true, backward: false);
        return finder.IndexOf(text) == (all.Count > 0 ? all[0] : -1) && finder.LastIndexOf(text) == (all.Count > 0 ? all[^1] : -1)
            && finder.Count(text, overlapping: true) == all.Count
            && finder.Count(text) == Naive.All<byte>(text, wanted, (a, b) => a == b, overlapping: false, backward: false).Count;
    });

    [Test]
    public void Finder_PrefixSuffixAndMiddle_AreFound() => Holds((haystack, cut) =>
    {
        byte[] text = Letters(haystack, 20);
        int from = cut.Length % (text.Length + 1);
        Finder prefix = Finder.Create(text.AsSpan(0, from), new FinderOptions { Tier = tier });
        Finder suffix = Finder.Create(text.AsSpan(from), new FinderOptions { Tier = tier });
        return prefix.IndexOf(text) == 0 && suffix.LastIndexOf(text) == from && prefix.Contains(text) && suffix.Contains(text);
    });

    [Test]
    public void Caseless_AnyCase_IsTheSame() => Holds((haystack, needle) =>
    {
        byte[] text = Letters(haystack, 30), wanted = Letters(needle, 1);
        FinderOptions options = new() { Tier = tier, Case = CaseMode.AsciiIgnoreCase };
        byte[] upper = [.. text.Select(b => (byte)char.ToUpperInvariant((char)b))];
        int expected = Finder.Create(wanted, options).Count(text);
        return Finder.Create([.. wanted.Select(b => (byte)char.ToUpperInvariant((char)b))], options).Count(text) == expected
            && Finder.Create(wanted, options).Count(upper) == expected
            && Finder.Create(wanted, new FinderOptions { Tier = tier, Case = CaseMode.UnicodeIgnoreCase }).Count(upper) == expected;
    });

    [Test]
    public void Patterns_AnySet_EqualsNaive() => Holds((haystack, needles) =>
    {
        byte[] text = Letters(haystack, 10);
        byte[][] patterns = [.. needles.Chunk(3).Select(chunk => Letters(chunk, 1)).Where(pattern => pattern.Length > 0)];
        return Enum.GetValues<MatchKind>().All(kind => MultiFinderTests.All(MultiFinder.Create(patterns, new MultiFinderOptions { Kind = kind, Tier = tier }), text)
            .SequenceEqual(MultiFinderTests.Reference(patterns, text, kind, ignoreCase: false)));
    });

    [Test]
    public void Stream_AnyCuts_EqualsWhole() => Holds((haystack, cuts) =>
    {
        byte[] text = Letters(haystack, 12);
        Finder finder = Finder.Create("aba"u8, new FinderOptions { Tier = tier });
        StreamSearcher searcher = new(finder, overlapping: true);
        List<StreamMatch> found = [];
        int at = 0;
        foreach (byte cut in cuts)
        {
            int length = int.Min(cut % 30, text.Length - at);
            searcher.Feed(text.AsSpan(at, length), found);
            at += length;
        }
        searcher.Feed(text.AsSpan(at), found);
        searcher.Complete(found);
        return found.Select(match => (int)match.Offset).SequenceEqual(Naive.All<byte>(text, "aba"u8, (a, b) => a == b, overlapping: true, backward: false));
    });

    [Test]
    public void Utf8_AnyBytes_IsValidAsTheBaseLibrarySays() => Holds((bytes, more) =>
    {
        // Mostly valid text, so that errors come late.
        byte[] text = [.. Encoding.UTF8.GetBytes(string.Concat(more.Select(b => char.ConvertFromUtf32(0x20 + b * b % 0xD000)))), .. bytes];
        int invalid = Utf8Text.IndexOfInvalid(text, tier);
        bool valid = System.Text.Unicode.Utf8.IsValid(text);
        return valid == invalid < 0 && (valid || System.Text.Unicode.Utf8.IsValid(text.AsSpan(0, invalid)));
    });

    // Few letters, and each given byte several times, so that matches, runs and long texts come about.
    private static byte[] Letters(byte[] bytes, int times) =>
        [.. bytes.SelectMany(b => Enumerable.Range(0, 1 + (b >> 2) % times).Select(i => (byte)"abAc"[(b + i * (b >> 5)) & 3]))];

    private static void Holds(Func<byte[], byte[], bool> property)
    {
        Config config = Config.QuickThrowOnFailure.WithMaxTest(150 * Effort.Scale);
        if (ulong.TryParse(Environment.GetEnvironmentVariable("GABBRO_TEST_SEED"), out ulong seed)) config = config.WithReplay(seed, 1);
        Check.One(config, Prop.ForAll(property));
    }
}
