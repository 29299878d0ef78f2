using Gabbro.Search.Tests.Support;

namespace Gabbro.Search.Tests.Substring;

/// <summary>The one-shot searches find what finders find.</summary>
internal sealed class SpanSearchTests
{
    [Test]
    public void OneShots_RandomCases_EqualFinders()
    {
        Random random = Effort.Random();
        byte[] haystack = new byte[400];
        for (int round = 0; round < 3000 * Effort.Scale; round++)
        {
            foreach (ref byte b in haystack.AsSpan()) b = (byte)('a' + random.Next(3));
            ReadOnlySpan<byte> text = haystack.AsSpan(0, random.Next(haystack.Length + 1));
            ReadOnlySpan<byte> needle = haystack.AsSpan(random.Next(300), random.Next(100));
            string wideText = System.Text.Encoding.Latin1.GetString(text), wideNeedle = System.Text.Encoding.Latin1.GetString(needle);
            Finder finder = Finder.Create(needle);
            Assert.That(SpanSearch.IndexOf(text, needle), Is.EqualTo(finder.IndexOf(text)));
            Assert.That(SpanSearch.LastIndexOf(text, needle), Is.EqualTo(finder.LastIndexOf(text)));
            Assert.That(SpanSearch.Count(text, needle), Is.EqualTo(finder.Count(text)));
            Assert.That(SpanSearch.Contains(text, needle), Is.EqualTo(finder.Contains(text)));
            Assert.That(SpanSearch.IndexOf(wideText, wideNeedle), Is.EqualTo(finder.IndexOf(text)));
            Assert.That(SpanSearch.LastIndexOf(wideText, wideNeedle), Is.EqualTo(finder.LastIndexOf(text)));
            Assert.That(SpanSearch.Count(wideText, wideNeedle), Is.EqualTo(finder.Count(text)));
            Assert.That(SpanSearch.Contains(wideText, wideNeedle), Is.EqualTo(finder.Contains(text)));
        }
    }
}
