using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Gabbro.Search.Utf8;
using Gabbro.Tools.FastSearch.Matching;

namespace Gabbro.Tools.FastSearch.Output;

/// <summary>ripgrep's JSON Lines: begin, match, context and end messages for each file with a match, a summary at the end.</summary>
internal sealed class JsonPrinter(LineMatcher matcher, OutputBuffer output, bool invert) : IPrinter
{
    private byte[] _path = [];
    private bool _begun;
    private int _start;

    public void Begin(ReadOnlySpan<byte> path)
    {
        _path = path.ToArray();
        _begun = false;
        _start = output.Length;
    }

    public int Match(ReadOnlySpan<byte> line, bool terminated, long number, long offset)
    {
        Message("match"u8, line, terminated, number, offset);
        int count = 0;
        for (int from = 0; !invert && (from = matcher.NextInLine(line, from, out int length)) >= 0; from += int.Max(length, 1))
        {
            if (count++ > 0) output.Add((byte)',');
            output.Add("{\"match\":"u8);
            Data(line.Slice(from, length));
            output.Add(",\"start\":"u8);
            output.Add(from);
            output.Add(",\"end\":"u8);
            output.Add(from + length);
            output.Add((byte)'}');
        }
        output.Add("]}}\n"u8);
        return count;
    }

    public void Context(ReadOnlySpan<byte> line, bool terminated, long number, long offset)
    {
        Message("context"u8, line, terminated, number, offset);
        output.Add("]}}\n"u8);
    }

    public void Gap() { }

    public void End(FileResult result)
    {
        if (!_begun) return;
        long printed = output.Length - _start;
        output.Add("{\"type\":\"end\",\"data\":{\"path\":"u8);
        Data(_path);
        output.Add(",\"binary_offset\":"u8);
        if (result.BinaryOffset < 0) output.Add("null"u8);
        else output.Add(result.BinaryOffset);
        output.Add(",\"stats\":{"u8);
        output.Add("\"elapsed\":{\"secs\":"u8);
        output.Add(result.Elapsed.Ticks / TimeSpan.TicksPerSecond);
        output.Add(",\"nanos\":"u8);
        output.Add(result.Elapsed.Ticks % TimeSpan.TicksPerSecond * 100);
        output.Add(",\"human\":\""u8);
        output.Add(result.Elapsed.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture));
        output.Add("s\"}"u8);
        output.Add(",\"searches\":1,\"searches_with_match\":1,\"bytes_searched\":"u8);
        output.Add(result.BytesSearched);
        output.Add(",\"bytes_printed\":"u8);
        output.Add(printed);
        output.Add(",\"matched_lines\":"u8);
        output.Add(result.MatchedLines);
        output.Add(",\"matches\":"u8);
        output.Add(result.Matches);
        output.Add("}}}\n"u8);
    }

    internal void Summary(Totals totals, TimeSpan elapsed, TimeSpan wall)
    {
        output.Add("{\"data\":{"u8);
        Elapsed("elapsed_total"u8, wall);
        output.Add(",\"stats\":{\"bytes_printed\":"u8);
        output.Add(totals.BytesPrinted);
        output.Add(",\"bytes_searched\":"u8);
        output.Add(totals.BytesSearched);
        output.Add((byte)',');
        Elapsed("elapsed"u8, elapsed);
        output.Add(",\"matched_lines\":"u8);
        output.Add(totals.MatchedLines);
        output.Add(",\"matches\":"u8);
        output.Add(totals.Matches);
        output.Add(",\"searches\":"u8);
        output.Add(totals.Searches);
        output.Add(",\"searches_with_match\":"u8);
        output.Add(totals.SearchesWithMatch);
        output.Add("}},\"type\":\"summary\"}\n"u8);
    }

    private void Message(ReadOnlySpan<byte> type, ReadOnlySpan<byte> line, bool terminated, long number, long offset)
    {
        if (!_begun)
        {
            _begun = true;
            output.Add("{\"type\":\"begin\",\"data\":{\"path\":"u8);
            Data(_path);
            output.Add("}}\n"u8);
        }
        output.Add("{\"type\":\""u8);
        output.Add(type);
        output.Add("\",\"data\":{\"path\":"u8);
        Data(_path);
        output.Add(",\"lines\":"u8);
        Data(terminated ? [.. line, (byte)'\n'] : line);
        output.Add(",\"line_number\":"u8);
        if (number > 0) output.Add(number);
        else output.Add("null"u8);
        output.Add(",\"absolute_offset\":"u8);
        output.Add(offset);
        output.Add(",\"submatches\":["u8);
    }

    // Text where it is UTF-8, base64 where it is not.
    private void Data(ReadOnlySpan<byte> bytes)
    {
        if (Utf8Text.IsValid(bytes))
        {
            output.Add("{\"text\":\""u8);
            output.Add(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Encoding.UTF8.GetString(bytes)));
            output.Add("\"}"u8);
            return;
        }
        output.Add("{\"bytes\":\""u8);
        output.Add(Convert.ToBase64String(bytes));
        output.Add("\"}"u8);
    }

    private void Elapsed(ReadOnlySpan<byte> name, TimeSpan elapsed)
    {
        output.Add((byte)'"');
        output.Add(name);
        output.Add("\":{\"human\":\""u8);
        output.Add(elapsed.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture));
        output.Add("s\",\"nanos\":"u8);
        output.Add(elapsed.Ticks % TimeSpan.TicksPerSecond * 100);
        output.Add(",\"secs\":"u8);
        output.Add(elapsed.Ticks / TimeSpan.TicksPerSecond);
        output.Add((byte)'}');
    }
}
