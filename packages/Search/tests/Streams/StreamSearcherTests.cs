using System.Buffers;
using System.Text;
using Gabbro.Search.Patterns;
using Gabbro.Search.Streams;
using Gabbro.Search.Tests.Support;

namespace Gabbro.Search.Tests.Streams;

/// <summary>Text in pieces gives the matches of the text in one piece, wherever it is cut.</summary>
internal sealed class StreamSearcherTests
{
    private static readonly string[] Alphabets = ["ab", "aAbB", "abcdefgh ", "аАбБкKsS\u212A\u017F"];

    [Test]
    public void Feed_RandomCuts_EqualsContiguous([Values] CaseMode mode, [Values] bool overlapping)
    {
        Random random = Effort.Random();
        for (int round = 0; round < 800 * Effort.Scale; round++)
        {
            string alphabet = Alphabets[random.Next(Alphabets.Length)];
            byte[] text = Text(random, alphabet, random.Next(900));
            byte[] needle = Text(random, alphabet, random.Next(1, random.Next(2) == 0 ? 4 : 90));
            Finder finder = Finder.Create(needle, new FinderOptions { Case = mode });
            MatchEnumerable matches = finder.EnumerateMatches(text);
            if (overlapping) matches = matches.Overlapping();
            List<StreamMatch> expected = [];
            foreach (Match match in matches) expected.Add(new StreamMatch(match.Index, match.Length, 0));
            Assert.That(Feed(random, new StreamSearcher(finder, overlapping), text), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Feed_RandomCutsOfManyPatterns_EqualsContiguous([Values] MatchKind kind, [Values] bool packed)
    {
        Random random = Effort.Random();
        for (int round = 0; round < 500 * Effort.Scale; round++)
        {
            string alphabet = Alphabets[random.Next(2)];
            byte[] text = Text(random, alphabet, random.Next(700));
            byte[][] patterns = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Text(random, alphabet, random.Next(1, 9)))];
            MultiFinder finder = MultiFinder.Create(patterns, new MultiFinderOptions { Kind = kind, Packed = packed });
            List<StreamMatch> expected = [.. MultiFinderMatches(finder, text)];
            Assert.That(Feed(random, new StreamSearcher(finder), text), Is.EqualTo(expected));
        }
    }

    [Test]
    public void IndexOf_SequenceOfSegments_EqualsContiguous()
    {
        Random random = Effort.Random();
        for (int round = 0; round < 400 * Effort.Scale; round++)
        {
            byte[] text = Text(random, "abc", random.Next(300));
            byte[] needle = Text(random, "abc", random.Next(1, 6));
            ReadOnlySequence<byte> sequence = Sequence(random, text);
            Finder finder = Finder.Create(needle);
            Assert.That(finder.IndexOf(in sequence), Is.EqualTo(finder.IndexOf(text)));
            List<StreamMatch> all = [];
            StreamSearch.FindAll(in sequence, finder, all);
            Assert.That(all, Has.Count.EqualTo(finder.Count(text)));
            MultiFinder two = MultiFinder.Create([needle, "ab"u8.ToArray()]);
            all.Clear();
            StreamSearch.FindAll(in sequence, two, all);
            Assert.That(all, Is.EqualTo(MultiFinderMatches(two, text)));
        }
    }

    [Test]
    public async Task FindAllAsync_SmallBuffers_EqualsContiguous()
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 3000).Select(i => $"line {i} of the text\n")));
        Finder finder = Finder.Create("text\nline 1");
        List<long> expected = [], found = [];
        foreach (Match match in finder.EnumerateMatches(text)) expected.Add(match.Index);
        await foreach (StreamMatch match in StreamSearch.FindAllAsync(new MemoryStream(text), finder, bufferSize: 37)) found.Add(match.Offset);
        Assert.That(found, Is.EqualTo(expected));
        found.Clear();
        await foreach (StreamMatch match in StreamSearch.FindAllAsync(new MemoryStream(text), MultiFinder.Create(["text\nline 1"]))) found.Add(match.Offset);
        Assert.That(found, Is.EqualTo(expected));
    }

    [Test]
    public void FindAllAsync_Cancelled_Throws()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAsync(Is.InstanceOf<OperationCanceledException>(), async () =>
        {
            await foreach (StreamMatch _ in StreamSearch.FindAllAsync(new MemoryStream([1]), Finder.Create("x"), cancellationToken: source.Token)) { }
        });
    }

    [Test]
    public void Feed_MatchEndsWithPiece_IsReportedAtOnce()
    {
        StreamSearcher searcher = new(Finder.Create("needle"));
        List<StreamMatch> found = [];
        searcher.Feed("a nee"u8, found);
        Assert.That(found, Is.Empty);
        searcher.Feed("dle"u8, found);
        Assert.That(found, Is.EqualTo((StreamMatch[])[new(2, 6, 0)]));
        searcher.Complete(found);
        Assert.That(found, Has.Count.EqualTo(1));
        Assert.Throws<InvalidOperationException>(() => searcher.Feed("x"u8, found));
        searcher.Reset();
        searcher.Feed("needle"u8, found);
        Assert.That(found[^1].Offset, Is.Zero);
        Assert.That(searcher.Position, Is.EqualTo(6));
    }

    [Test]
    public void Constructor_EmptyNeedle_Throws()
    {
        Assert.Throws<ArgumentException>(() => _ = new StreamSearcher(Finder.Create("")));
        Assert.Throws<ArgumentException>(() => _ = new StreamSearcher(MultiFinder.Create(["a", ""])));
    }

    private static IEnumerable<StreamMatch> MultiFinderMatches(MultiFinder finder, byte[] text)
    {
        List<StreamMatch> matches = [];
        foreach (PatternMatch match in finder.EnumerateMatches(text)) matches.Add(new StreamMatch(match.Index, match.Length, match.Pattern));
        return matches;
    }

    private static List<StreamMatch> Feed(Random random, StreamSearcher searcher, byte[] text)
    {
        List<StreamMatch> found = [];
        int largest = random.Next(3) switch { 0 => 3, 1 => 40, _ => 400 };
        for (int i = 0; i < text.Length;)
        {
            int length = int.Min(random.Next(largest + 1), text.Length - i);
            searcher.Feed(text.AsSpan(i, length), found);
            i += length;
        }
        searcher.Complete(found);
        return found;
    }

    private static byte[] Text(Random random, string alphabet, int length) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)])));

    private static ReadOnlySequence<byte> Sequence(Random random, byte[] text)
    {
        Segment first = new(ReadOnlyMemory<byte>.Empty, 0), last = first;
        for (int i = 0; i < text.Length;)
        {
            int length = int.Min(random.Next(1, 20), text.Length - i);
            last = last.Append(text.AsMemory(i, length));
            i += length;
        }
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        internal Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
