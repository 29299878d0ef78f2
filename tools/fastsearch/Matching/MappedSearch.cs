using System.Diagnostics;
using Gabbro.Platform.Files;
using Gabbro.Platform.Memory;
using Gabbro.Scheduler;
using Gabbro.Search.Lines;
using Gabbro.Tools.FastSearch.Output;

namespace Gabbro.Tools.FastSearch.Matching;

/// <summary>
/// Searches one large file with all workers: mapped, cut into pieces at line ends, each piece into an output of its own. Where
/// order would need what comes before (context, a limit of matches), and for binary files, the answer is no and
/// the file is read from one end to the other instead.
/// </summary>
/// <param name="needsLineNumbers">Whether lines are numbered: then they are counted first, so that a piece knows where it begins.</param>
/// <param name="allowBinary">Whether zero bytes are text (-a).</param>
internal sealed unsafe class MappedSearch(bool needsLineNumbers, bool allowBinary)
{
    /// <summary>Smaller files are read: mapping and waking workers cost about as much as reading this.</summary>
    internal const long MinLength = 8 << 20;

    // A piece stays in the third-level cache between counting and searching.
    private const int Piece = 4 << 20;

    // A window stays in the second-level cache between the look for zero bytes and the search.
    private const int Window = 256 << 10;

    private const int Unknown = -1;

    private byte* _text;
    private long _length;
    private long[] _lines = [];
    private FileResult[] _results = [];
    private byte[][] _outputs = [];
    private int _next;
    private volatile bool _givenUp;

    /// <summary>Searches the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="pool">The workers.</param>
    /// <param name="desk">A searcher, a buffer and, if lines are printed, a printer over that buffer, for the calling worker.</param>
    /// <param name="output">Receives what is to be printed.</param>
    /// <param name="result">What came of it.</param>
    /// <returns>Whether it was possible.</returns>
    internal bool TrySearch(FileHandle file, WorkPool pool, Func<(FileSearcher, OutputBuffer, IPrinter?)> desk, OutputBuffer output, out FileResult result)
    {
        long started = Stopwatch.GetTimestamp();
        result = default;
        _length = file.Length;
        using FileMapping mapping = FileMapping.Create(file, 0, (nuint)_length);
        // A file that shrinks meanwhile must not end the process: unguarded, nothing is mapped.
        if (mapping.TryGuard().IsError) return false;
        _text = mapping.Pointer;
        int pieces = (int)((_length + Piece - 1) / Piece);
        _lines = new long[pieces];
        Array.Fill(_lines, Unknown);
        _results = new FileResult[pieces];
        _outputs = new byte[pieces][];
        pool.Scope(scope =>
        {
            for (int worker = 0; worker < pool.ThreadCount; worker++) scope.Spawn(() => Work(desk()));
        });
        if (_givenUp || mapping.FaultCount > 0) return false;
        long matchedLines = 0, matches = 0;
        for (int piece = 0; piece < pieces; piece++)
        {
            output.Add(_outputs[piece]);
            matchedLines += _results[piece].MatchedLines;
            matches += _results[piece].Matches;
        }
        result = new FileResult(matchedLines, matches, _length, -1, false, Stopwatch.GetElapsedTime(started));
        return true;
    }

    private void Work((FileSearcher Searcher, OutputBuffer Buffer, IPrinter? Printer) desk)
    {
        int piece;
        while (!_givenUp && (piece = Interlocked.Increment(ref _next) - 1) < _results.Length)
        {
            long from = LineStart((long)piece * Piece), to = LineStart(long.Min(_length, (long)(piece + 1) * Piece));
            // One call instead of a fault every sixteen pages. Where it cannot be had, the faults come.
            nuint page = VirtualMemory.PageSize, lead = (nuint)(_text + from) % page;
            VirtualMemory.Advise(_text + from - lead, ((nuint)(to - from) + lead + page - 1) / page * page, MemoryAdvice.PopulateRead);
            if (needsLineNumbers && !CountLines(piece, from, to)) return;
            long before = needsLineNumbers ? LinesBefore(piece) : 0, matchedLines = 0, matches = 0;
            desk.Buffer.Clear();
            for (long at = from; at < to && !_givenUp;)
            {
                long end = at + Window >= to ? to : LineStart(at + Window);
                if (end - at > int.MaxValue) _givenUp = true; // A line longer than a span.
                if (_givenUp) return;
                ReadOnlySpan<byte> text = new(_text + at, (int)(end - at));
                if (!needsLineNumbers && HasZero(text)) return;
                FileResult result = desk.Searcher.SearchPiece(text, at, before, desk.Printer);
                if (needsLineNumbers) before += LineText.CountTerminators(text);
                matchedLines += result.MatchedLines;
                matches += result.Matches;
                at = end;
            }
            _results[piece] = new FileResult(matchedLines, matches, to - from, -1, false, default);
            _outputs[piece] = desk.Buffer.Length == 0 ? [] : desk.Buffer.Written.ToArray();
        }
    }

    private bool HasZero(ReadOnlySpan<byte> text)
    {
        if (allowBinary || !text.Contains((byte)0)) return false;
        return _givenUp = true;
    }

    private bool CountLines(int piece, long from, long to)
    {
        long lines = 0;
        for (long at = from; at < to; at += Window)
        {
            ReadOnlySpan<byte> text = new(_text + at, (int)long.Min(Window, to - at));
            if (HasZero(text)) return false;
            lines += LineText.CountTerminators(text);
        }
        Volatile.Write(ref _lines[piece], lines);
        return true;
    }

    // Pieces are handed out in order and counted before anything else, so those before this one are counted or being counted.
    private long LinesBefore(int piece)
    {
        long lines = 0;
        SpinWait wait = default;
        for (int i = 0; i < piece; i++)
        {
            long counted;
            while ((counted = Volatile.Read(ref _lines[i])) == Unknown && !_givenUp) wait.SpinOnce();
            lines += counted;
        }
        return lines;
    }

    // The first beginning of a line at or after a place.
    private long LineStart(long place)
    {
        if (place == 0) return 0;
        for (long at = place - 1; at < _length; at += Window)
        {
            int end = new ReadOnlySpan<byte>(_text + at, (int)long.Min(Window, _length - at)).IndexOf((byte)'\n');
            if (end >= 0) return at + end + 1;
        }
        return _length;
    }
}
