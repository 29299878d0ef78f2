using System.Text;
using Gabbro.Search.Patterns;
using Gabbro.Search.Sets;
using Gabbro.Search.Utf8;

namespace Gabbro.Search.Benchmarks.Ratios;

/// <summary>What a machine without AVX-512 gets: the same search on AVX2, on 128 bits and without vectors.</summary>
internal static class TierRows
{
    internal static IEnumerable<Row> All(int size)
    {
        if (!SearchFeatures.IsSupported(SearchTier.Avx512)) yield break;
        byte[] english = Corpora.English(size), russian = Corpora.Russian(size), dna = Corpora.Dna(size), small = english[..28];
        yield return Compare("never", size, tier => One(english, "Sherlock Holmes", tier, (finder, text) => finder.IndexOf(text)));
        yield return Compare("never-byte", size, tier => One(english, "#", tier, (finder, text) => finder.IndexOf(text)));
        yield return Compare("reverse", size, tier => One(english, "zyzzyva", tier, (finder, text) => finder.LastIndexOf(text)));
        yield return Compare("count the", size, tier => One(english, "the", tier, (finder, text) => finder.Count(text)));
        yield return Compare("count people", size, tier => One(english, "people", tier, (finder, text) => finder.Count(text)));
        yield return Compare("count e", size, tier => One(english, "e", tier, (finder, text) => finder.Count(text)));
        yield return Compare("dna", size, tier => One(dna, "gattacagattaca", tier, (finder, text) => finder.IndexOf(text)));
        yield return Compare("caseless ascii", size, tier => One(english, "sherlock holmes", tier, (finder, text) => finder.IndexOf(text), CaseMode.AsciiIgnoreCase));
        yield return Compare("caseless unicode", size, tier => One(russian, "шерлок холмс", tier, (finder, text) => finder.IndexOf(text), CaseMode.UnicodeIgnoreCase));
        yield return Compare("8 patterns", size, tier =>
        {
            MultiFinder finder = MultiFinder.Create(["zebra crossing", "quartz clock", "Sherlock", "vowel shift", "juggler", "maximum", "Vienna", "puzzled"], new MultiFinderOptions { Tier = tier });
            return () => finder.IndexOf(english);
        });
        yield return Compare("utf8 ascii", size, tier => () => Utf8Text.IndexOfInvalid(english, tier));
        yield return Compare("utf8 russian", size, tier => () => Utf8Text.IndexOfInvalid(russian, tier));
        yield return Compare("set", size, tier =>
        {
            ByteSet set = ByteSet.Create("#$%&*@^~{}[]|<>"u8, tier);
            return () => set.IndexOf(english);
        });
        yield return Compare("28 bytes", 28_000, tier =>
        {
            Finder finder = Finder.Create("zqj", new FinderOptions { Tier = tier });
            return () => { long sum = 0; for (int i = 0; i < 1000; i++) sum += finder.IndexOf(small); return sum; };
        });
    }

    private static Row Compare(string name, int bytes, Func<SearchTier, Func<long>> work) => new("tiers", name, bytes, 0.7, "AVX-512",
        [new("AVX2", work(SearchTier.Avx2)), new("AVX-512", work(SearchTier.Avx512)), new("128 bits", work(SearchTier.Vector128)), new("scalar", work(SearchTier.Scalar))]);

    private static Func<long> One(byte[] text, string needle, SearchTier tier, Func<Finder, byte[], long> search, CaseMode mode = CaseMode.Ordinal)
    {
        Finder finder = Finder.Create(Encoding.UTF8.GetBytes(needle), new FinderOptions { Tier = tier, Case = mode });
        return () => search(finder, text);
    }
}
