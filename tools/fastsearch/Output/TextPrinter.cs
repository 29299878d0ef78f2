using Gabbro.Tools.FastSearch.Matching;
using Gabbro.Tools.FastSearch.Options;

namespace Gabbro.Tools.FastSearch.Output;

/// <summary>grep's format: <c>path:line:column:offset:text</c>, with headings and colours where they are on.</summary>
internal sealed class TextPrinter(SearchOptions options, LineMatcher matcher, OutputBuffer output, PrintStyle style) : IPrinter
{
    private byte[] _path = [];
    private bool _begun;

    public void Begin(ReadOnlySpan<byte> path)
    {
        _path = path.ToArray();
        _begun = false;
    }

    public int Match(ReadOnlySpan<byte> line, bool terminated, long number, long offset)
    {
        Heading();
        if (options.Invert || matcher.MatchesEverywhere)
        {
            if (options.OnlyMatching && !options.Invert) return 1;
            Prefix(':', number, 1, offset);
            Line(line);
            return 1;
        }
        int count = 0;
        if (options.OnlyMatching || options.VimGrep)
        {
            for (int from = 0; (from = matcher.NextInLine(line, from, out int length)) >= 0; from += length, count++)
            {
                Prefix(':', number, from + 1, options.OnlyMatching ? offset + from : offset);
                if (options.OnlyMatching) Line(line.Slice(from, length), whole: style.Color);
                else Highlighted(line);
            }
            return count;
        }
        int first = options.Column || options.Stats ? matcher.NextInLine(line, 0, out _) : 0;
        Prefix(':', number, first + 1, offset);
        return style.Color || options.Stats ? Highlighted(line) : Plain(line);
    }

    public void Context(ReadOnlySpan<byte> line, bool terminated, long number, long offset)
    {
        Heading();
        Prefix('-', number, 0, offset);
        Line(line);
    }

    public void Gap() => output.Add("--\n"u8);

    public void End(FileResult result)
    {
        if (result.BinaryOffset < 0 || result.MatchedLines == 0) return;
        if (style.WithFileName)
        {
            style.Path(output, _path);
            output.Add(": "u8);
        }
        if (result.BinaryStopped)
        {
            output.Add("WARNING: stopped searching binary file after match (found \"\\0\" byte around offset "u8);
        }
        else
        {
            output.Add("binary file matches (found \"\\0\" byte around offset "u8);
        }
        output.Add(result.BinaryOffset);
        output.Add(")\n"u8);
    }

    private int Plain(ReadOnlySpan<byte> line)
    {
        Line(line);
        return 1;
    }

    private void Heading()
    {
        if (_begun) return;
        _begun = true;
        if (!style.Heading || !style.WithFileName) return;
        style.Path(output, _path);
        output.Add(options.NullAfterPath ? (byte)0 : (byte)'\n');
    }

    private void Prefix(char separator, long number, int column, long offset)
    {
        if (style.WithFileName && !style.Heading)
        {
            style.Path(output, _path);
            output.Add(options.NullAfterPath ? (byte)0 : (byte)separator);
        }
        if (style.LineNumbers)
        {
            if (style.Color) output.Add("\e[0m\e[32m"u8);
            output.Add(number);
            if (style.Color) output.Add("\e[0m"u8);
            output.Add((byte)separator);
        }
        if (options.Column && column > 0)
        {
            if (style.Color) output.Add("\e[0m"u8);
            output.Add(column);
            if (style.Color) output.Add("\e[0m"u8);
            output.Add((byte)separator);
        }
        if (!options.ByteOffset) return;
        if (style.Color) output.Add("\e[0m"u8);
        output.Add(offset);
        if (style.Color) output.Add("\e[0m"u8);
        output.Add((byte)separator);
    }

    private void Line(ReadOnlySpan<byte> line, bool whole = false)
    {
        if (whole) output.Add("\e[0m\e[1m\e[31m"u8);
        output.Add(line);
        if (whole) output.Add("\e[0m"u8);
        output.Add((byte)'\n');
    }

    // Matches that touch are coloured as one.
    private int Highlighted(ReadOnlySpan<byte> line)
    {
        int count = 0, written = 0;
        for (int from = 0; (from = matcher.NextInLine(line, from, out int length)) >= 0; from += length, count++)
        {
            bool touching = count > 0 && from == written;
            if (style.Color && count > 0 && !touching) output.Add("\e[0m"u8);
            output.Add(line[written..from]);
            if (style.Color && !touching) output.Add("\e[0m\e[1m\e[31m"u8);
            output.Add(line.Slice(from, length));
            written = from + length;
        }
        if (style.Color && count > 0) output.Add("\e[0m"u8);
        Line(line[written..]);
        return count;
    }
}
