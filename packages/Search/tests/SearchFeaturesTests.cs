using System.Text;
using Gabbro.Search.Lines;

namespace Gabbro.Search.Tests;

internal sealed class SearchFeaturesTests
{
    [TestCase("scalar", null, ExpectedResult = SearchTier.Scalar)]
    [TestCase(null, "Scalar", ExpectedResult = SearchTier.Scalar)]
    [TestCase("scalar", "Avx2", ExpectedResult = SearchTier.Scalar)]
    public SearchTier Choose_Wish_IsKept(string? variable, string? data) => SearchFeatures.Choose(variable, data);

    [Test]
    public void Choose_NoOrUnknownWish_IsTheBest()
    {
        Assert.That(SearchFeatures.Choose(null, null), Is.EqualTo(SearchFeatures.Choose("sse9", "auto")));
        Assert.That(SearchFeatures.IsSupported(SearchFeatures.Choose("avx512", null)), Is.True);
    }

    [Test]
    public void Resolve_BadTier_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Finder.Create("a", new FinderOptions { Tier = (SearchTier)9 }));
        foreach (SearchTier tier in Enum.GetValues<SearchTier>())
        {
            if (SearchFeatures.IsSupported(tier)) Assert.That(Finder.Create("a", new FinderOptions { Tier = tier }).Tier, Is.Not.EqualTo(SearchTier.Auto));
            else Assert.Throws<PlatformNotSupportedException>(() => Finder.Create("a", new FinderOptions { Tier = tier }));
        }
    }

    [Test]
    public void Lines_OfText_AreNumberedAndCounted()
    {
        byte[] text = Encoding.UTF8.GetBytes("one\n\nthree\r\nfour");
        List<string> lines = [];
        foreach (TextLine line in LineText.Enumerate(text)) lines.Add($"{line.Number}:{Encoding.UTF8.GetString(text, line.Start, line.Length)}");
        Assert.That(lines, Is.EqualTo((string[])["1:one", "2:", "3:three\r", "4:four"]));
        Assert.That(LineText.CountTerminators(text), Is.EqualTo(3));
        Assert.That(LineText.StartOfLine(text, 7), Is.EqualTo(5));
        Assert.That(LineText.EndOfLine(text, 7), Is.EqualTo(11));
        Assert.That(SpanSearch.CommonPrefixLength("prefix one"u8, "prefix two"u8), Is.EqualTo(7));
        Assert.That(SpanSearch.CommonSuffixLength("one suffix"u8, "another suffix"u8), Is.EqualTo(7));
        Assert.That(SpanSearch.CommonPrefixLength("ab"u8.ToArray(), "abc"u8.ToArray(), "axc"u8.ToArray()), Is.EqualTo(1));
    }
}
