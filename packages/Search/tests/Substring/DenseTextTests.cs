using System.Text;
using Gabbro.Search.Tests.Support;

namespace Gabbro.Search.Tests.Substring;

/// <summary>
/// Texts long enough, and needles common enough, that a scan leaves its first probes: for fingerprints, for four probes, or
/// for counting without branches.
/// </summary>
[TestFixtureSource(typeof(Tiers), nameof(Tiers.Supported))]
internal sealed class DenseTextTests(SearchTier tier)
{
    [TestCase("acgt", 11), TestCase("acgt", 14), TestCase("acgt", 40), TestCase("acgt", 90), TestCase("ab", 11), TestCase("ab", 12), TestCase("ab", 30),
     TestCase("ab", 70), TestCase("aAbB", 12), TestCase("abh", 6), TestCase("acgt", 5), TestCase("acgt", 8), TestCase("etaoin ", 5), TestCase("etaoin ", 7),
     TestCase("\u00d0\u00d1\u00b0\u00b1\u00b2", 13)]
    public void Search_FewLetters_EqualsNaive(string alphabet, int m)
    {
        Random random = Effort.Random();
        for (int round = 0; round < 6 * Effort.Scale; round++)
        {
            byte[] text = new byte[random.Next(6000, 9000)];
            foreach (ref byte b in text.AsSpan()) b = (byte)alphabet[random.Next(alphabet.Length)];
            int from = random.Next(text.Length - m);
            byte[] needle = text.AsSpan(from, m).ToArray();
            // Some more copies, of which two may touch or overlap.
            for (int copies = random.Next(12); copies > 0; copies--)
            {
                int at = random.Next(text.Length - 2 * m);
                needle.CopyTo(text, at);
                needle.CopyTo(text, at + random.Next(1, m + 1));
            }
            foreach (CaseMode mode in (CaseMode[])[CaseMode.Ordinal, CaseMode.AsciiIgnoreCase])
            {
                Finder finder = Finder.Create(needle, new FinderOptions { Tier = tier, Case = mode });
                Func<byte, byte, bool> equal = mode == CaseMode.Ordinal ? (a, b) => a == b : (a, b) => Naive.Lower((char)a) == Naive.Lower((char)b);
                foreach (bool overlapping in (bool[])[false, true])
                {
                    List<int> expected = Naive.All<byte>(text, needle, equal, overlapping, backward: false);
                    MatchEnumerable matches = overlapping ? finder.EnumerateMatches(text).Overlapping() : finder.EnumerateMatches(text);
                    Assert.That(Indexes(matches), Is.EqualTo(expected));
                    Assert.That(finder.Count(text, overlapping), Is.EqualTo(expected.Count));
                    expected = Naive.All<byte>(text, needle, equal, overlapping, backward: true);
                    Assert.That(Indexes(matches.Backward()), Is.EqualTo(expected));
                }
                // None at all, so that nothing interrupts a mode.
                byte[] absent = [.. needle];
                absent[random.Next(m)] ^= 8;
                Finder never = Finder.Create(absent, new FinderOptions { Tier = tier, Case = mode });
                List<int> none = Naive.All<byte>(text, absent, equal, overlapping: false, backward: false);
                Assert.That(never.Count(text), Is.EqualTo(none.Count));
                Assert.That(never.IndexOf(text), Is.EqualTo(none.Count > 0 ? none[0] : -1));
                Assert.That(never.LastIndexOf(text), Is.EqualTo(Naive.All<byte>(text, absent, equal, overlapping: true, backward: false).Append(-1).Max()));
            }
        }
    }

    // Every phase of the fingerprints against every place of a group, beginning and end included.
    [Test]
    public void IndexOf_DnaWithOneMatchAnywhere_IsThere()
    {
        Random random = Effort.Random();
        byte[] needle = "cgttgcaactg"u8.ToArray();
        for (int place = 0; place < 1200; place++)
        {
            byte[] text = new byte[9000 + place % 7];
            foreach (ref byte b in text.AsSpan()) b = (byte)"acg"[random.Next(3)];
            int at = 4000 + place;
            needle.CopyTo(text, at);
            Finder finder = Finder.Create(needle, new FinderOptions { Tier = tier });
            Assert.That(finder.IndexOf(text), Is.EqualTo(at));
            Assert.That(finder.LastIndexOf(text), Is.EqualTo(at));
        }
    }

    // More than a byte can count in each lane.
    [Test]
    public void Count_ByteThatIsEverywhere_CountsAll()
    {
        byte[] text = [.. Enumerable.Repeat((byte)'a', 100_003)];
        Assert.That(Finder.Create("a", new FinderOptions { Tier = tier }).Count(text), Is.EqualTo(text.Length));
    }

    [TestCase(70, 1), TestCase(100, 2), TestCase(3000, 3), TestCase(2999, 1)]
    public void Count_OverlappingRuns_EqualsNaive(int m, int period)
    {
        byte[] root = [.. "abc"u8[..period]];
        byte[] needle = [.. Enumerable.Range(0, m).Select(i => root[i % period])];
        byte[] text = [.. Enumerable.Range(0, 20_000).Select(i => i % 4999 == 4998 ? (byte)'x' : root[i % period])];
        foreach (CaseMode mode in (CaseMode[])[CaseMode.Ordinal, CaseMode.AsciiIgnoreCase])
        {
            Finder finder = Finder.Create(needle, new FinderOptions { Tier = tier, Case = mode });
            Assert.That(finder.Count(text, overlapping: true), Is.EqualTo(Naive.All<byte>(text, needle, (a, b) => a == b, overlapping: true, backward: false).Count));
        }
    }

    private static List<int> Indexes(MatchEnumerable matches)
    {
        List<int> indexes = [];
        foreach (Match match in matches) indexes.Add(match.Index);
        return indexes;
    }
}
