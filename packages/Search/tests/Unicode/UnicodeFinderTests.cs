using System.Text;
using Gabbro.Search.Tests.Support;
using Gabbro.Search.Unicode;

namespace Gabbro.Search.Tests.Unicode;

/// <summary>Unicode caseless search over UTF-8 and UTF-16 against comparing folded characters one by one.</summary>
[TestFixtureSource(typeof(Tiers), nameof(Tiers.Supported))]
internal sealed class UnicodeFinderTests(SearchTier tier)
{
    private readonly FinderOptions _options = new() { Tier = tier, Case = CaseMode.UnicodeIgnoreCase };

    [TestCase("straße", "STRAẞE", 0, 8)]
    [TestCase("kelvin", "0 \u212Aelvin", 2, 8)]
    [TestCase("СЛОВО", "в начале было слово", 25, 10)]
    [TestCase("σίσυφος", "ΣΊΣΥΦΟΣ", 0, 14)]
    [TestCase("ſ", "xS", 1, 1)]
    [TestCase("ⱥ", "Ⱥ", 0, 2)]
    [TestCase("𐐨𐐩", "a𐐀𐐁", 1, 8)]
    [TestCase("Åb", "\u212BB", 0, 4)]
    [TestCase("ı", "I", -1, 0)]
    [TestCase("é", "e\u0301", -1, 0)]
    [TestCase("ks", "KS", 0, 2)]
    [TestCase("skks", "..\u017F\u212AKs", 2, 7)]
    public void TryFind_KnownCase_IsWhereExpected(string needle, string haystack, int index, int length)
    {
        Finder finder = Finder.Create(needle, _options);
        byte[] text = Encoding.UTF8.GetBytes(haystack);
        bool found = finder.TryFind(text, out Match match);
        Assert.That(found, Is.EqualTo(index >= 0));
        if (!found) return;
        Assert.That(match, Is.EqualTo(new Match(index, length)));
        Assert.That(finder.TryFindLast(text, out Match last), Is.True);
        Assert.That(last, Is.EqualTo(match));
        Assert.That(finder.Count(text), Is.EqualTo(1));
    }

    [TestCase("aAkKsS\u017F\u212A")]
    [TestCase("абвАБВ")]
    [TestCase("aA\u00e5\u00c5\u212B\u0431\u00df\u1E9E")]
    [TestCase("\u03c3\u03c2\u03a3xX😀\U00010400\U00010428")]
    public void Matches_RandomTextOverAlphabet_EqualNaive(string alphabet)
    {
        Random random = Effort.Random();
        Rune[] runes = [.. alphabet.EnumerateRunes()];
        for (int round = 0; round < 1500 * Effort.Scale; round++)
        {
            string haystack = Text(random, runes, random.Next(300)), needle = Text(random, runes, random.Next(1, random.Next(2) == 0 ? 4 : 12));
            foreach (bool overlapping in (bool[])[false, true])
            {
                foreach (bool backward in (bool[])[false, true])
                {
                    Finder bytes = Finder.Create(needle, _options);
                    Check(Encoding.UTF8.GetBytes(haystack), haystack, needle, overlapping, backward, bytes);
                    List<Match> expected = Reference(haystack, needle, overlapping, backward, rune => rune.Utf16SequenceLength);
                    MatchEnumerable wide = TextFinder.Create(needle, _options).EnumerateMatches(haystack);
                    Assert.That(Collect(wide, overlapping, backward), Is.EqualTo(expected), $"{needle} in {haystack} (UTF-16)");
                }
            }
        }
    }

    [Test]
    public void Matches_IllFormedHaystack_AreThoseInTheGoodParts()
    {
        Finder finder = Finder.Create("мир", _options);
        byte[] good = Encoding.UTF8.GetBytes("МИР");
        byte[] text = [0xD0, .. good, 0xFF, .. good[..5], .. good, 0x80, 0xE2, 0x82, .. good, 0xF0];
        List<int> found = [];
        foreach (Match match in finder.EnumerateMatches(text)) found.Add(match.Index);
        Assert.That(found, Is.EqualTo((int[])[1, 13, 22]));
    }

    [Test]
    public void Create_IllFormedNeedle_Throws()
    {
        Assert.Throws<ArgumentException>(() => Finder.Create([0xD0], _options));
        Assert.Throws<ArgumentException>(() => TextFinder.Create("\ud800", _options));
        Assert.Catch<ArgumentException>(() => Finder.Create("\ud800"));
    }

    // A thousand needles of one to six multibyte characters, each in a text cut at every byte.
    [Test]
    public void IndexOf_ThousandMultibyteNeedlesAtEverySplit_AreFoundWhole()
    {
        Random random = new(12345);
        int[] blocks = [0x80, 0x400, 0x900, 0x3040, 0x4E00, 0x10400, 0x1F600];
        for (int pattern = 0; pattern < 1000; pattern++)
        {
            Rune[] alphabet = [.. Enumerable.Range(0, 40).Select(i => new Rune(blocks[pattern % blocks.Length] + i))];
            string needle = Text(random, alphabet, random.Next(1, 7));
            byte[] wanted = Encoding.UTF8.GetBytes(needle), text = [.. "12345"u8, .. wanted, .. Encoding.UTF8.GetBytes(" 9後")];
            Finder ordinal = Finder.Create(needle, new FinderOptions { Tier = tier, WholeCharacters = true }), caseless = Finder.Create(needle, _options);
            for (int cut = 0; cut <= text.Length; cut++)
            {
                int expected = cut >= 5 + wanted.Length ? 5 : -1;
                if (ordinal.IndexOf(text.AsSpan(0, cut)) != expected || caseless.IndexOf(text.AsSpan(0, cut)) != expected)
                    Assert.Fail($"{needle} cut at {cut}");
                int rest = cut <= 5 ? 5 - cut : -1;
                if (ordinal.IndexOf(text.AsSpan(cut)) != rest || caseless.IndexOf(text.AsSpan(cut)) != rest) Assert.Fail($"{needle} from {cut}");
            }
        }
    }

    [Test]
    public void WholeCharacters_NeedleOfPartOfACharacter_IsNotFoundInside()
    {
        byte[] text = Encoding.UTF8.GetBytes("漢字");
        byte[] tail = text[1..3], head = text[..2];
        FinderOptions whole = new() { Tier = tier, WholeCharacters = true };
        Assert.That(Finder.Create(tail).IndexOf(text), Is.EqualTo(1));
        Assert.That(Finder.Create(tail, whole).IndexOf(text), Is.EqualTo(-1));
        Assert.That(Finder.Create(head, whole).IndexOf(text), Is.EqualTo(-1));
        Assert.That(Finder.Create(head, whole).LastIndexOf(text), Is.EqualTo(-1));
        Assert.That(Finder.Create(text.AsSpan(0, 3), whole).IndexOf(text), Is.Zero);
        Assert.That(Finder.Create("", whole).Count(text), Is.EqualTo(3));
        Assert.That(Finder.Create("").Count(text), Is.EqualTo(7));
    }

    private static void Check(byte[] text, string haystack, string needle, bool overlapping, bool backward, Finder finder)
    {
        List<Match> expected = Reference(haystack, needle, overlapping, backward, rune => rune.Utf8SequenceLength);
        Assert.That(Collect(finder.EnumerateMatches(text), overlapping, backward), Is.EqualTo(expected), $"{needle} in {haystack}");
    }

    private static List<Match> Collect(MatchEnumerable matches, bool overlapping, bool backward)
    {
        if (overlapping) matches = matches.Overlapping();
        if (backward) matches = matches.Backward();
        List<Match> found = [];
        foreach (Match match in matches) found.Add(match);
        return found;
    }

    private static List<Match> Reference(string haystack, string needle, bool overlapping, bool backward, Func<Rune, int> size)
    {
        Rune[] text = [.. haystack.EnumerateRunes()];
        int[] folded = Array.ConvertAll(text, rune => CaseFolding.Fold(rune.Value));
        int[] wanted = [.. needle.EnumerateRunes().Select(rune => CaseFolding.Fold(rune.Value))];
        int[] offsets = new int[text.Length + 1];
        for (int i = 0; i < text.Length; i++) offsets[i + 1] = offsets[i] + size(text[i]);
        return [.. Naive.All<int>(folded, wanted, (a, b) => a == b, overlapping, backward)
            .Select(i => new Match(offsets[i], offsets[i + wanted.Length] - offsets[i]))];
    }

    private static string Text(Random random, Rune[] alphabet, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)].ToString()));
}
