using Gabbro.Search.Lines;
using Gabbro.Search.Patterns;
using Gabbro.Search.Sets;
using Gabbro.Search.Streams;
using Gabbro.Search.Utf8;

namespace Gabbro.Search.Tests;

/// <summary>Searches allocate nothing once what they use is built.</summary>
internal sealed class AllocationTests
{
    private static readonly byte[] Text = [.. Enumerable.Range(0, 20_000).Select(i => (byte)("the quick brown fox\n"[i % 20]))];

    [Test]
    public void Searches_AfterWarmUp_AllocateNothing()
    {
        Finder finder = Finder.Create("fox"), caseless = Finder.Create("FOX", new FinderOptions { Case = CaseMode.UnicodeIgnoreCase });
        TextFinder wide = TextFinder.Create("fox");
        MultiFinder many = MultiFinder.Create(["quick", "fox", "zebra"]);
        MultiFinder overlapping = MultiFinder.Create(["quick", "fox", "ox"], new MultiFinderOptions { Kind = MatchKind.Overlapping });
        ByteSet set = ByteSet.Create("xyz"u8);
        StreamSearcher stream = new(finder);
        char[] characters = Array.ConvertAll(Text, b => (char)b);
        Counter counter = default;
        long sum = 0;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            sum += finder.IndexOf(Text) + finder.LastIndexOf(Text) + finder.Count(Text) + caseless.Count(Text) + wide.Count(characters);
            foreach (Match match in finder.EnumerateMatches(Text).Overlapping().Backward()) sum += match.Index;
            foreach (PatternMatch match in many.EnumerateMatches(Text)) sum += match.Index;
            sum += overlapping.Count(Text) + set.CountIn(Text) + Utf8Text.IndexOfInvalid(Text) + LineText.CountTerminators(Text);
            foreach (TextLine line in LineText.Enumerate(Text)) sum += line.Length;
            sum += SpanSearch.IndexOf(Text, "zebra"u8) + SpanSearch.Count(Text, "fox"u8);
            stream.Reset();
            for (int i = 0; i < Text.Length; i += 1000) stream.Feed(Text.AsSpan(i, 1000), ref counter);
            stream.Complete(ref counter);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (round == 2) Assert.That(allocated, Is.Zero);
        }
        Assert.That(sum, Is.Positive);
        Assert.That(counter.Count, Is.EqualTo(3000));
    }

    private struct Counter : IMatchReceiver
    {
        internal long Count;

        public void OnMatch(StreamMatch match) => Count++;
    }
}
