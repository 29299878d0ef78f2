using System.Diagnostics;
using Gabbro.Platform;
using Gabbro.Search.Lines;
using Gabbro.Tools.FastSearch.Options;
using Gabbro.Tools.FastSearch.Output;

namespace Gabbro.Tools.FastSearch.Matching;

/// <summary>
/// Searches one file at a time through a rolling buffer: the patterns are looked for in the whole buffer, lines are found
/// only around matches, and line numbers are counted only between them. One searcher is one thread's.
/// </summary>
internal sealed class FileSearcher(SearchOptions options, LineMatcher matcher, bool needsLineNumbers)
{
    // 64 KiB stays in the L2 cache between the read that fills it and the search. It is also ripgrep's, and how far the
    // first read reaches decides which binary files are passed over.
    internal const int InitialBuffer = 64 << 10;

    private byte[] _buffer = new byte[InitialBuffer];
    private IPrinter? _printer;
    private long _offset, _linesBefore, _printedTo, _matchedLines, _matches, _binaryOffset;
    private int _counted, _afterLeft;
    private bool _printedAny, _done, _full;

    /// <summary>Searches a source to its end, or until nothing more can change the answer.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="printer">Takes lines, or <see langword="null"/> if only counts are wanted.</param>
    /// <param name="isExplicit">Whether the file was named on the command line: then binary text is still searched.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="error">Why reading failed.</param>
    /// <returns>Whether reading succeeded.</returns>
    internal bool Search(ITextSource source, IPrinter? printer, bool isExplicit, out FileResult result, out NativeError error)
    {
        long started = Stopwatch.GetTimestamp();
        _printer = printer;
        (_offset, _linesBefore, _printedTo, _matchedLines, _matches, _binaryOffset) = (0, 0, 0, 0, 0, -1);
        (_counted, _afterLeft, _printedAny, _done, _full) = (0, 0, false, options.MaxCount == 0, false);
        // How far the first read reaches decides what a late zero byte hides, so it must not depend on the file before.
        if (_buffer.Length != InitialBuffer) _buffer = new byte[InitialBuffer];
        int start = 0, filled = 0;
        bool binaryStopped = false;
        error = default;
        while (!_done)
        {
            // Still full after rolling: a line, with its context, is longer than the buffer.
            if (filled == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
            if (!source.TryRead(_buffer.AsSpan(filled), out int read, out error))
            {
                result = default;
                return false;
            }
            bool end = read == 0;
            if (!options.Text && !end && _binaryOffset < 0)
            {
                int zero = _buffer.AsSpan(filled, read).IndexOf((byte)0);
                if (zero >= 0)
                {
                    _binaryOffset = _offset + filled + zero;
                    if (!isExplicit)
                    {
                        // A file met while walking is left where it turns out to be binary; of the bytes just read
                        // nothing counts.
                        binaryStopped = true;
                        filled += zero;
                        break;
                    }
                }
            }
            filled += read;
            int limit = end ? filled : _buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (limit > start)
            {
                Process(_buffer.AsSpan(0, limit), start);
                start = limit;
            }
            if (_binaryOffset >= 0 && isExplicit && _matchedLines > 0 && printer is not null) _done = true;
            if (end) break;
            if (filled < _buffer.Length && filled - start < _buffer.Length / 2 && filled < _buffer.Length * 3 / 4) continue;
            start = Roll(start, ref filled);
        }
        result = new FileResult(_matchedLines, _matches, _offset + filled, _binaryOffset, binaryStopped, Stopwatch.GetElapsedTime(started));
        return true;
    }

    /// <summary>Searches whole lines that lie in memory, without context and limits.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="offset">Where in the file they begin.</param>
    /// <param name="linesBefore">How many lines come before, if lines are numbered.</param>
    /// <param name="printer">Takes lines, or <see langword="null"/> if only counts are wanted.</param>
    /// <returns>What came of it.</returns>
    internal FileResult SearchPiece(ReadOnlySpan<byte> text, long offset, long linesBefore, IPrinter? printer)
    {
        _printer = printer;
        (_offset, _linesBefore, _printedTo, _matchedLines, _matches, _binaryOffset) = (offset, linesBefore, offset, 0, 0, -1);
        (_counted, _afterLeft, _printedAny, _done, _full) = (0, 0, false, false, false);
        Process(text, 0);
        return new FileResult(_matchedLines, _matches, text.Length, -1, false, default);
    }

    // Keeps the unfinished line and as many lines before it as context may ask for; moves them to the front.
    private int Roll(int start, ref int filled)
    {
        int keep = start;
        for (int lines = options.Before; lines > 0 && keep > 0; lines--) keep = LineText.StartOfLine(_buffer, keep - 1);
        if (keep == 0) return start;
        CountTo(_buffer, keep);
        _buffer.AsSpan(keep, filled - keep).CopyTo(_buffer);
        _offset += keep;
        _counted -= keep;
        filled -= keep;
        return start - keep;
    }

    private void CountTo(ReadOnlySpan<byte> text, int place)
    {
        if (!needsLineNumbers || place <= _counted) return;
        _linesBefore += LineText.CountTerminators(text[_counted..place]);
        _counted = place;
    }

    private void Process(ReadOnlySpan<byte> text, int start)
    {
        if (_full)
        {
            Passed(text, start, text.Length);
            return;
        }
        int line = start;
        while (line < text.Length && !_done && !_full)
        {
            int found = matcher.Find(text, line, out _);
            if (found < 0) break;
            int lineStart = line + (text[line..found].LastIndexOf((byte)'\n') + 1), lineEnd = EndOf(text, found);
            if (lineStart >= text.Length) break;
            if (!matcher.Accepts(Trim(text[lineStart..lineEnd])))
            {
                // The lines up to here do not match; the search goes on after this one.
                if (options.Invert) Matched(text, line, lineEnd);
                else Passed(text, line, lineEnd);
            }
            else if (options.Invert)
            {
                Matched(text, line, lineStart);
                if (!_done && !_full) Passed(text, lineStart, lineEnd);
            }
            else
            {
                Passed(text, line, lineStart);
                Matched(text, lineStart, lineEnd);
            }
            line = lineEnd;
        }
        if (_done || _full) return;
        if (options.Invert) Matched(text, line, text.Length);
        else Passed(text, line, text.Length);
    }

    // Lines that do not count: some may be context after a match. Context before one is found by looking back.
    private void Passed(ReadOnlySpan<byte> text, int from, int to)
    {
        while (_afterLeft > 0 && from < to)
        {
            int end = EndOf(text, from);
            // Past the last match allowed, a further one is still marked as what it is.
            ReadOnlySpan<byte> line = Trim(text[from..end]);
            Print(text, from, end, isMatch: _full && options.Invert != (matcher.NextInLine(line, 0, out _) >= 0));
            _done = --_afterLeft == 0 && _full;
            from = end;
        }
    }

    private void Matched(ReadOnlySpan<byte> text, int from, int to)
    {
        while (from < to && !_done && !_full)
        {
            int end = EndOf(text, from);
            _matchedLines++;
            if (_printer is null)
            {
                if (options.Mode == OutputMode.CountMatches && !options.Invert) _matches += MatchesIn(Trim(text[from..end]));
                _done = options.Mode is OutputMode.FilesWithMatches or OutputMode.FilesWithoutMatch or OutputMode.Quiet;
            }
            else if (_binaryOffset < 0)
            {
                Before(text, from);
                Print(text, from, end, isMatch: true);
                _afterLeft = options.After;
            }
            else _done = true;
            from = end;
            if (_matchedLines < options.MaxCount || options.MaxCount is null) continue;
            // No more matches, but the lines after the last one may still be wanted, and may not have been read yet.
            _full = true;
            _done = _afterLeft == 0;
            Passed(text, from, text.Length);
            return;
        }
    }

    private int MatchesIn(ReadOnlySpan<byte> line)
    {
        int count = 0;
        for (int from = 0; (from = matcher.NextInLine(line, from, out int length)) >= 0; from += int.Max(length, 1)) count++;
        return count;
    }

    private void Before(ReadOnlySpan<byte> text, int match)
    {
        int first = match;
        for (int lines = options.Before; lines > 0 && first > 0 && _offset + first > _printedTo; lines--)
            first = LineText.StartOfLine(text, first - 1);
        if (options.HasContext && _printedAny && _offset + first > _printedTo) _printer!.Gap();
        while (first < match)
        {
            int end = EndOf(text, first);
            Print(text, first, end, isMatch: false);
            first = end;
        }
    }

    private void Print(ReadOnlySpan<byte> text, int from, int end, bool isMatch)
    {
        CountTo(text, from);
        bool terminated = text[end - 1] == '\n';
        ReadOnlySpan<byte> line = terminated ? text[from..(end - 1)] : text[from..end];
        if (isMatch) _matches += _printer!.Match(line, terminated, _linesBefore + 1, _offset + from);
        else _printer!.Context(line, terminated, _linesBefore + 1, _offset + from);
        _printedTo = _offset + end;
        _printedAny = true;
    }

    private static int EndOf(ReadOnlySpan<byte> text, int place)
    {
        int end = text[place..].IndexOf((byte)'\n');
        return end < 0 ? text.Length : place + end + 1;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line) => line.Length > 0 && line[^1] == '\n' ? line[..^1] : line;
}
