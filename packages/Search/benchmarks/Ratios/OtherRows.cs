using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Gabbro.Search.Patterns;
using Gabbro.Search.Sets;
using Gabbro.Search.Streams;
using Gabbro.Search.Utf8;

namespace Gabbro.Search.Benchmarks.Ratios;

/// <summary>Rows about everything but one ordinal needle.</summary>
internal static class OtherRows
{
    internal static IEnumerable<Row> Patterns(SearchTier tier, int size)
    {
        foreach ((string language, int count, double goal) in ((string, int, double)[])
            [("english", 8, 1.2), ("russian", 8, 5), ("english", 500, 10), ("russian", 500, 10)])
        {
            byte[] text = language == "english" ? Corpora.English(size) : Corpora.Russian(size);
            string wide = Encoding.UTF8.GetString(text);
            // Words of the language joined so that none occurs: both sides must read everything.
            string[] words = Corpora.Words(language);
            words = [.. words.Where(word => word.Length >= 4)];
            string[] patterns = [.. Enumerable.Range(0, count).Select(i => words[i * 7 % words.Length] + words[(i * 3 + 1) % words.Length])];
            MultiFinder finder = MultiFinder.Create(patterns, new MultiFinderOptions { Tier = tier });
            SearchValues<string> values = SearchValues.Create(patterns, StringComparison.Ordinal);
            yield return new Row("patterns", $"{count} {language}", text.Length, goal, "SearchValues",
            [
                new("Gabbro", () => finder.IndexOf(text) < 0 ? -1 : 0), new("SearchValues", () => wide.AsSpan().IndexOfAny(values) < 0 ? -1 : 0),
            ]);
        }
    }

    internal static IEnumerable<Row> Caseless(SearchTier tier, int size)
    {
        byte[] english = Corpora.English(size), russian = Corpora.Russian(size);
        foreach ((string name, byte[] text, string needle, CaseMode mode) in ((string, byte[], string, CaseMode)[])
        [
            ("ascii", english, "sherlock holmes", CaseMode.AsciiIgnoreCase), ("unicode english", english, "sherlock holmes", CaseMode.UnicodeIgnoreCase),
            ("unicode russian", russian, "шерлок холмс", CaseMode.UnicodeIgnoreCase),
        ])
        {
            string wide = Encoding.UTF8.GetString(text);
            Finder finder = Finder.Create(needle, new FinderOptions { Tier = tier, Case = mode });
            SearchValues<string> values = SearchValues.Create([needle], StringComparison.OrdinalIgnoreCase);
            yield return new Row("caseless", name, text.Length, 1, "SearchValues",
                [new("Gabbro", () => finder.IndexOf(text)), new("SearchValues", () => wide.AsSpan().IndexOfAny(values))]);
        }
    }

    internal static IEnumerable<Row> Utf8(SearchTier tier, int size)
    {
        foreach ((string name, byte[] text, double goal) in ((string, byte[], double)[])
            [("ascii", Corpora.English(size), 1.5), ("russian", Corpora.Russian(size), 8), ("chinese", Corpora.Chinese(size), 8)])
        {
            yield return new Row("utf8", name, text.Length, goal, "BCL",
                [new("Gabbro", () => Utf8Text.IndexOfInvalid(text, tier) < 0 ? 1 : 0), new("BCL", () => System.Text.Unicode.Utf8.IsValid(text) ? 1 : 0)]);
        }
    }

    internal static IEnumerable<Row> Sets(SearchTier tier, int size)
    {
        byte[] text = Corpora.English(size);
        byte[] members = "#$%&*@^~{}[]|<>"u8.ToArray();
        ByteSet set = ByteSet.Create(members, tier);
        SearchValues<byte> values = SearchValues.Create(members);
        yield return new Row("set", "15 rare bytes", size, 1, "BCL", [new("Gabbro", () => set.IndexOf(text)), new("BCL", () => text.AsSpan().IndexOfAny(values))]);
    }

    internal static IEnumerable<Row> Streams(SearchTier tier, int size)
    {
        byte[] text = Corpora.English(4 << 20);
        Finder finder = Finder.Create("Sherlock Holmes", new FinderOptions { Tier = tier });
        yield return new Row("stream", "64 KiB chunks", text.Length, 0.9, "contiguous",
        [
            new("Gabbro", () =>
            {
                StreamSearcher searcher = new(finder);
                Counter counter = default;
                for (int i = 0; i < text.Length; i += 64 << 10) searcher.Feed(text.AsSpan(i, int.Min(64 << 10, text.Length - i)), ref counter);
                searcher.Complete(ref counter);
                return counter.Count;
            }),
            new("contiguous", () => finder.Count(text)),
        ]);
    }

    private struct Counter : IMatchReceiver
    {
        internal long Count;

        public void OnMatch(StreamMatch match) => Count++;
    }
}
