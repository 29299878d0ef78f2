using System.Text;
using Gabbro.Search.Patterns;
using Gabbro.Search.Tests.Support;

namespace Gabbro.Search.Tests.Patterns;

[TestFixtureSource(nameof(Fixtures))]
internal sealed class MultiFinderTests(SearchTier tier, bool packed)
{
    public static IEnumerable<TestFixtureData> Fixtures =>
        from tier in Tiers.Supported from packed in (bool[])[true, false] select new TestFixtureData(tier, packed);

    [TestCase("abc|abcd|b", "xabcdb", MatchKind.LeftmostFirst, "1:3:0 5:1:2")]
    [TestCase("abc|abcd|b", "xabcdb", MatchKind.LeftmostLongest, "1:4:1 5:1:2")]
    [TestCase("abc|abcd|b", "xabcdb", MatchKind.Overlapping, "2:1:2 1:3:0 1:4:1 5:1:2")]
    [TestCase("samwise|sam", "samwise", MatchKind.LeftmostFirst, "0:7:0")]
    [TestCase("sam|samwise", "samwise", MatchKind.LeftmostFirst, "0:3:0")]
    [TestCase("b|abcd", "abce abcd", MatchKind.LeftmostFirst, "1:1:0 5:4:1")]
    [TestCase("abcd|bc|c", "abcx", MatchKind.LeftmostLongest, "1:2:1")]
    [TestCase("a|a|aa", "aaa", MatchKind.Overlapping, "0:1:0 0:1:1 0:2:2 1:1:0 1:1:1 1:2:2 2:1:0 2:1:1")]
    [TestCase("|b", "ab", MatchKind.LeftmostFirst, "0:0:0 1:0:0 2:0:0")]
    [TestCase("|b", "ab", MatchKind.LeftmostLongest, "0:0:0 1:1:1 2:0:0")]
    [TestCase("b|", "abc", MatchKind.LeftmostFirst, "0:0:1 1:1:0 2:0:1 3:0:1")]
    [TestCase("", "ab", MatchKind.Overlapping, "0:0:0 1:0:0 2:0:0")]
    public void EnumerateMatches_KnownCase_IsAsSpecified(string patterns, string haystack, MatchKind kind, string expected)
    {
        MultiFinder finder = Create(patterns.Split('|').Select(Encoding.UTF8.GetBytes), kind);
        string found = string.Join(' ', All(finder, Encoding.UTF8.GetBytes(haystack)).Select(m => $"{m.Index}:{m.Length}:{m.Pattern}"));
        Assert.That(found, Is.EqualTo(expected));
    }

    [TestCase(1, 6, "ab"), TestCase(3, 4, "ab"), TestCase(8, 5, "abc"), TestCase(8, 3, "abcdefgh"), TestCase(40, 6, "abcd"),
     TestCase(100, 5, "abcdefghijklmnop"), TestCase(300, 8, "abcdef"), TestCase(8, 5, "aAbBcC"), TestCase(20, 4, "\u00d0\u00d1\u00b0\u00b1\u00b2\u00b3")]
    public void EnumerateMatches_RandomPatterns_EqualNaive(int count, int longest, string alphabet)
    {
        Random random = Effort.Random();
        int rounds = int.Max(4, 600 / count) * Effort.Scale;
        for (int round = 0; round < rounds; round++)
        {
            byte[] text = Text(random, alphabet, random.Next(600));
            byte[][] patterns = [.. Enumerable.Range(0, count).Select(_ =>
            {
                int length = random.Next(1, longest + 1);
                return random.Next(3) == 0 && text.Length > length ? text.AsSpan(random.Next(text.Length - length), length).ToArray() : Text(random, alphabet, length);
            })];
            foreach (MatchKind kind in Enum.GetValues<MatchKind>())
            {
                foreach (bool ignoreCase in (bool[])[false, true])
                {
                    MultiFinder finder = Create(patterns, kind, ignoreCase);
                    List<PatternMatch> expected = Reference(patterns, text, kind, ignoreCase), actual = All(finder, text);
                    if (!expected.SequenceEqual(actual))
                    {
                        Assert.Fail($"{kind} {(ignoreCase ? "caseless " : "")}of [{string.Join(",", patterns.Select(Encoding.Latin1.GetString))}] in "
                            + $"{Encoding.Latin1.GetString(text)}: expected {string.Join(" ", expected.Take(9))}, got {string.Join(" ", actual.Take(9))}");
                    }
                    Assert.That(finder.Count(text), Is.EqualTo(expected.Count));
                }
            }
        }
    }

    [Test]
    public void EnumerateMatches_FiveThousandPatterns_EqualsOneByOne()
    {
        Random random = Effort.Random();
        byte[] text = Text(random, "abcdefghijklmnopqrstuvwxyz    ", 40_000);
        byte[][] patterns = [.. Enumerable.Range(0, 5000).Select(i => i % 2 == 0 ? text.AsSpan(random.Next(39_000), 4 + i % 9).ToArray() : Text(random, "abcdefghijklmnopqrstuvwxyz", 5 + i % 7))];
        MultiFinder finder = Create(patterns, MatchKind.Overlapping);
        long expected = patterns.Sum(pattern => (long)Finder.Create(pattern).Count(text, overlapping: true));
        Assert.That(finder.Count(text), Is.EqualTo(expected));
        foreach (PatternMatch match in finder.EnumerateMatches(text))
            if (!text.AsSpan(match.Index, match.Length).SequenceEqual(patterns[match.Pattern])) Assert.Fail($"{match}");
    }

    [Test]
    public unsafe void Count_AgainstUnreadablePages_StaysInside()
    {
        using GuardedMemory memory = new(1);
        MultiFinder finder = Create(["abcde"u8.ToArray(), "xyz"u8.ToArray(), "qq"u8.ToArray()], MatchKind.LeftmostFirst);
        for (int length = 0; length < 300; length++)
        {
            Span<byte> text = new(memory.End(length), length);
            text.Fill((byte)'q');
            Assert.That(finder.Count(text), Is.EqualTo(length / 2));
            text.Fill((byte)'a');
            Assert.That(finder.Count(text), Is.Zero);
        }
    }

    [Test]
    public void Create_NoPatterns_MatchesNothing()
    {
        MultiFinder finder = Create([], MatchKind.LeftmostFirst);
        Assert.That(finder.Contains("text"u8), Is.False);
        Assert.That(finder.Count([]), Is.Zero);
    }

    // Nothing but the match comes near, so that it is found by the very block and lane it is in.
    [Test]
    public void EnumerateMatches_OneMatchAtEveryPlace_IsFoundThereAlone([Values(2, 20, 50, 100)] int count)
    {
        byte[][] patterns = [.. Enumerable.Range(0, count).Select(i => Encoding.ASCII.GetBytes($"word{i:000}x"))];
        foreach (MatchKind kind in Enum.GetValues<MatchKind>())
        {
            MultiFinder finder = Create(patterns, kind);
            for (int place = 0; place < 300; place++)
            {
                byte[] text = [.. Enumerable.Repeat((byte)'.', 320)];
                patterns[place % count].CopyTo(text, place);
                Assert.That(All(finder, text), Is.EqualTo((PatternMatch[])[new PatternMatch(place, 8, place % count)]), $"{kind} at {place}");
            }
        }
    }

    // Enough patterns for the sieve, of every shortest length, so that every gram and stride comes by.
    [Test]
    public void EnumerateMatches_ManyPatternsOfEveryShortestLength_EqualNaive([Range(2, 20)] int shortest)
    {
        Random random = Effort.Random();
        for (int round = 0; round < 2 * Effort.Scale; round++)
        {
            byte[] text = Text(random, shortest < 4 ? "abcdefghijklmnop" : "abcd", random.Next(shortest, 900));
            byte[][] patterns = [.. Enumerable.Range(0, random.Next(64, 260)).Select(_ =>
            {
                int length = shortest + random.Next(3);
                return random.Next(4) == 0 && text.Length > length ? text.AsSpan(random.Next(text.Length - length), length).ToArray() : Text(random, "abcd", length);
            })];
            foreach (MatchKind kind in Enum.GetValues<MatchKind>())
            {
                foreach (bool ignoreCase in (bool[])[false, true])
                {
                    MultiFinder finder = Create(patterns, kind, ignoreCase);
                    Assert.That(All(finder, text), Is.EqualTo(Reference(patterns, text, kind, ignoreCase)), $"{kind} {ignoreCase}");
                }
            }
        }
    }

    [Test]
    public void EnumerateMatches_ThousandMultibytePatternsAtEveryPlace_AreFound()
    {
        string[] patterns = [.. Enumerable.Range(0, 1000).Select(i => $"{(char)(0x430 + i % 32)}{(char)(0x4E00 + i)}{(char)(0x3B1 + i / 32 % 25)}")];
        MultiFinder finder = Create(patterns.Select(Encoding.UTF8.GetBytes), MatchKind.LeftmostFirst);
        byte[] text = Encoding.UTF8.GetBytes(string.Join("\u00e9 \u0431 ", patterns));
        List<PatternMatch> found = All(finder, text);
        Assert.That(found.Select(match => match.Pattern), Is.EqualTo(Enumerable.Range(0, 1000)));
        foreach (PatternMatch match in found)
            Assert.That(Encoding.UTF8.GetString(text, match.Index, match.Length), Is.EqualTo(patterns[match.Pattern]));
    }

    [Test]
    public void Create_BadArguments_Throw()
    {
        Assert.Throws<ArgumentNullException>(() => MultiFinder.Create((IEnumerable<byte[]>)null!));
        Assert.Throws<ArgumentNullException>(() => MultiFinder.Create([null!, "a"u8.ToArray()]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiFinder.Create(["a"], new MultiFinderOptions { Kind = (MatchKind)9 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiFinder.Create(["a"], new MultiFinderOptions { Case = CaseMode.UnicodeIgnoreCase }));
    }

    private MultiFinder Create(IEnumerable<byte[]> patterns, MatchKind kind, bool ignoreCase = false) => MultiFinder.Create(patterns,
        new MultiFinderOptions { Kind = kind, Tier = tier, Packed = packed, Case = ignoreCase ? CaseMode.AsciiIgnoreCase : CaseMode.Ordinal });

    internal static List<PatternMatch> All(MultiFinder finder, byte[] text)
    {
        List<PatternMatch> found = [];
        foreach (PatternMatch match in finder.EnumerateMatches(text)) found.Add(match);
        return found;
    }

    internal static List<PatternMatch> Reference(byte[][] patterns, byte[] text, MatchKind kind, bool ignoreCase)
    {
        List<PatternMatch> all = [];
        for (int p = 0; p < patterns.Length; p++)
        {
            foreach (int i in Naive.All<byte>(text, patterns[p], (a, b) => a == b || ignoreCase && Naive.Lower((char)a) == Naive.Lower((char)b), overlapping: true, backward: false))
                all.Add(new PatternMatch(i, patterns[p].Length, p));
        }
        if (kind == MatchKind.Overlapping) return [.. all.OrderBy(m => m.End).ThenByDescending(m => m.Length).ThenBy(m => m.Pattern)];
        List<PatternMatch> leftmost = [];
        int next = 0;
        IEnumerable<PatternMatch> order = kind == MatchKind.LeftmostFirst
            ? all.OrderBy(m => m.Index).ThenBy(m => m.Pattern) : all.OrderBy(m => m.Index).ThenByDescending(m => m.Length).ThenBy(m => m.Pattern);
        foreach (PatternMatch match in order)
        {
            if (match.Index < next) continue;
            leftmost.Add(match);
            next = match.End;
        }
        return leftmost;
    }

    private static byte[] Text(Random random, string alphabet, int length)
    {
        byte[] text = new byte[length];
        foreach (ref byte b in text.AsSpan()) b = (byte)alphabet[random.Next(alphabet.Length)];
        return text;
    }
}
