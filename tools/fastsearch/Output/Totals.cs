namespace Gabbro.Tools.FastSearch.Output;

/// <summary>What was done in all; fields are added to with interlocked operations.</summary>
internal sealed class Totals
{
    private long _searches, _searchesWithMatch, _bytesSearched, _bytesPrinted, _matchedLines, _matches;
    private int _errors;

    internal long Searches => _searches;

    internal long SearchesWithMatch => _searchesWithMatch;

    internal long BytesSearched => _bytesSearched;

    internal long BytesPrinted => _bytesPrinted;

    internal long MatchedLines => _matchedLines;

    internal long Matches => _matches;

    internal bool HadErrors => _errors > 0;

    internal void Add(bool matched, long searched, long printed, long lines, long matches)
    {
        Interlocked.Increment(ref _searches);
        if (matched) Interlocked.Increment(ref _searchesWithMatch);
        Interlocked.Add(ref _bytesSearched, searched);
        Interlocked.Add(ref _bytesPrinted, printed);
        Interlocked.Add(ref _matchedLines, lines);
        Interlocked.Add(ref _matches, matches);
    }

    internal void AddError() => Interlocked.Increment(ref _errors);
}
