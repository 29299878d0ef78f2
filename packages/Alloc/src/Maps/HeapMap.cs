using System.Globalization;
using System.Text;

namespace Gabbro.Alloc;

/// <summary>
/// All memory of a heap at one moment, block by block, in order of address. Prints as text, as SVG and as a page that can
/// be zoomed; is saved and loaded; two of them can be compared.
/// </summary>
public sealed class HeapMap
{
    private const string Header = "gabbro-heap-map 1";

    /// <summary>A map of the given spans.</summary>
    /// <param name="name">The heap's name; one line.</param>
    /// <param name="spans">The spans, in order of address.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public HeapMap(string name, IReadOnlyList<HeapMapSpan> spans)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(spans);
        Name = name.ReplaceLineEndings(" ");
        Spans = spans;
    }

    /// <summary>The heap's name.</summary>
    public string Name { get; }

    /// <summary>The spans in order of address.</summary>
    public IReadOnlyList<HeapMapSpan> Spans { get; }

    /// <summary>Bytes of all spans.</summary>
    public long TotalBytes => Spans.Sum(static span => span.Bytes);

    /// <summary>Bytes of blocks in use.</summary>
    public long UsedBytes => Spans.Sum(static span => span.UsedBytes);

    /// <summary>
    /// The map as text: a line for each span, in it <c>[USED 64][FREE 128 x3]</c>; below it a caret marks where free
    /// neighbours lie that could be used as one if their page were not bound to its size.
    /// </summary>
    /// <param name="mostRuns">At most so many runs of a span are printed; the rest is summed up.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mostRuns"/> is less than 1.</exception>
    public string ToText(int mostRuns = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostRuns, 1);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"heap \"{Name}\": {UsedBytes} of {TotalBytes} bytes used in {Spans.Count} spans\n");
        foreach (HeapMapSpan span in Spans) AddSpan(text, span, mostRuns);
        return text.ToString();
    }

    /// <summary>The map as an SVG picture, 256 KiB a row.</summary>
    /// <returns>An SVG document.</returns>
    public string ToSvg() => HeapMapPicture.ToSvg(this);

    /// <summary>The map as a web page of its own: the wheel zooms, dragging moves, and pointing at a block names it.</summary>
    /// <returns>An HTML document that loads nothing else.</returns>
    public string ToHtml() => HeapMapPicture.ToHtml(this);

    /// <summary>Writes the map in the form <see cref="Load"/> reads: text, a line for each span and run.</summary>
    /// <param name="writer">Where to.</param>
    /// <exception cref="ArgumentNullException"><paramref name="writer"/> is null.</exception>
    public void Save(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write($"{Header}\nname {Name}\n");
        foreach (HeapMapSpan span in Spans)
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"span {span.Address:x} {span.Bytes} {span.BlockBytes}\n"));
            foreach (HeapMapRun run in span.Runs)
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"run {run.Address:x} {run.Bytes} {run.State} {run.Blocks}\n"));
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where from.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="reader"/> is null.</exception>
    /// <exception cref="FormatException">The text is no saved map; the message names the line.</exception>
    public static HeapMap Load(TextReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (reader.ReadLine() != Header) throw new FormatException($"Line 1: expected \"{Header}\".");
        string name = "";
        List<HeapMapSpan> spans = [];
        List<HeapMapRun> runs = [];
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            string[] words = line.Split(' ');
            try
            {
                switch (words[0])
                {
                    case "name":
                        name = line[5..];
                        break;
                    case "span":
                        runs = [];
                        spans.Add(new HeapMapSpan(Address(words[1]), Number(words[2]), Number(words[3]), runs));
                        break;
                    case "run":
                        runs.Add(new HeapMapRun(Address(words[1]), Number(words[2]), Enum.Parse<HeapMapState>(words[3]), (int)Number(words[4])));
                        break;
                    default:
                        throw new FormatException($"unknown word \"{words[0]}\".");
                }
            }
            catch (Exception error) when (error is FormatException or ArgumentException or IndexOutOfRangeException or OverflowException)
            {
                throw new FormatException($"Line {number}: {error.Message}", error);
            }
        }
        return new HeapMap(name, spans);
    }

    /// <summary>What has changed since an earlier map of the same heap.</summary>
    /// <param name="earlier">The earlier map.</param>
    /// <returns>The difference.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="earlier"/> is null.</exception>
    public HeapMapDifference Since(HeapMap earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return new HeapMapDifference(earlier, this);
    }

    private static ulong Address(string word) => ulong.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static long Number(string word) => long.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);

    private static void AddSpan(StringBuilder text, HeapMapSpan span, int mostRuns)
    {
        string start = string.Create(CultureInfo.InvariantCulture, $"0x{span.Address:x12} {span.Bytes,9} ");
        StringBuilder line = new(start);
        StringBuilder marks = new();
        for (int i = 0; i < span.Runs.Count; i++)
        {
            if (i == mostRuns)
            {
                line.Append(CultureInfo.InvariantCulture, $" ... {span.Runs.Count - i} more runs");
                break;
            }
            HeapMapRun run = span.Runs[i];
            // Only free blocks side by side are marked: a lone one has nothing to merge with, and free spans are merged.
            if (run.State is HeapMapState.Free or HeapMapState.Cached && run.Blocks > 1)
            {
                marks.Append(' ', line.Length + 1 - marks.Length).Append('^');
            }
            long each = run.Blocks > 0 ? run.Bytes / run.Blocks : run.Bytes;
            line.Append(CultureInfo.InvariantCulture, $"[{run.State.ToString().ToUpperInvariant()} {each}");
            if (run.Blocks > 1) line.Append(CultureInfo.InvariantCulture, $" x{run.Blocks}");
            line.Append(']');
        }
        text.Append(line).Append('\n');
        if (marks.Length != 0) text.Append(marks).Append(" coalescing opportunity\n");
    }
}
