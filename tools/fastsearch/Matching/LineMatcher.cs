using System.Text;
using Gabbro.Search;
using Gabbro.Search.Patterns;
using Gabbro.Search.Utf8;
using Gabbro.Tools.FastSearch.Options;

namespace Gabbro.Tools.FastSearch.Matching;

/// <summary>Finds the patterns in text and, within a line, the matches that count under -w and -x. Shared by all threads.</summary>
internal sealed class LineMatcher
{
    private readonly byte[][] _patterns;
    private readonly Finder[] _finders;
    private readonly MultiFinder? _multi;
    private readonly bool _word, _wholeLine;

    internal LineMatcher(SearchOptions options)
    {
        _word = options.Word;
        _wholeLine = options.WholeLine;
        _patterns = [.. options.Patterns.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
        bool ignoreCase = options.IgnoreCase || (options.SmartCase && !options.Patterns.Any(p => p.EnumerateRunes().Any(Rune.IsUpper)));
        // Without k and s (whose folds lie outside ASCII) folding ASCII is folding Unicode, and faster.
        bool ascii = _patterns.All(p => p.All(b => b < 0x80 && b is not ((byte)'k' or (byte)'K' or (byte)'s' or (byte)'S')));
        CaseMode mode = !ignoreCase ? CaseMode.Ordinal : ascii ? CaseMode.AsciiIgnoreCase : CaseMode.UnicodeIgnoreCase;
        MatchesEverywhere = _patterns.Any(p => p.Length == 0);
        bool many = _patterns.Length > 1 && mode != CaseMode.UnicodeIgnoreCase;
        if (many && !MatchesEverywhere)
            _multi = MultiFinder.Create(_patterns, new MultiFinderOptions { Case = mode, Tier = options.Tier });
        FinderOptions finderOptions = new() { Case = mode, Tier = options.Tier };
        _finders = many && !IsConstrained ? [] : Array.ConvertAll(_patterns, p => Finder.Create(p, finderOptions));
    }

    /// <summary>Whether a pattern is empty, so that every line is a candidate.</summary>
    internal bool MatchesEverywhere { get; }

    /// <summary>Whether there is nothing to look for at all.</summary>
    internal bool MatchesNothing => _patterns.Length == 0;

    /// <summary>Whether a found pattern must still be looked at in its line.</summary>
    internal bool IsConstrained => _word || _wholeLine;

    /// <summary>The first place at or after <paramref name="from"/> where any pattern is.</summary>
    internal int Find(ReadOnlySpan<byte> text, int from, out int length)
    {
        length = 0;
        if (MatchesNothing || from > text.Length) return -1;
        if (MatchesEverywhere) return from;
        text = text[from..];
        if (_multi is not null)
        {
            if (!_multi.TryFind(text, out PatternMatch found)) return -1;
            length = found.Length;
            return from + found.Index;
        }
        int best = -1;
        foreach (Finder finder in _finders)
        {
            // A later pattern only matters where it comes before the best so far.
            ReadOnlySpan<byte> rest = best < 0 ? text : text[..int.Min(text.Length, best - from + 4 * finder.Needle.Length)];
            if (!finder.TryFind(rest, out Match match) || (best >= 0 && from + match.Index >= best)) continue;
            best = from + match.Index;
            length = match.Length;
        }
        return best;
    }

    /// <summary>Whether a line (without terminator) that holds a pattern counts.</summary>
    internal bool Accepts(ReadOnlySpan<byte> line)
    {
        if (!IsConstrained) return true;
        return NextInLine(line, 0, out _) >= 0;
    }

    /// <summary>The next match in a line that counts, at or after <paramref name="from"/>; they do not overlap.</summary>
    internal int NextInLine(ReadOnlySpan<byte> line, int from, out int length)
    {
        if (!IsConstrained) return Find(line, from, out length);
        int best = -1;
        length = 0;
        foreach (Finder finder in _finders)
        {
            foreach (Match match in finder.EnumerateMatches(line[from..]).Overlapping())
            {
                int start = from + match.Index;
                if (best >= 0 && start >= best) break;
                if (_wholeLine ? start != 0 || match.Length != line.Length : !IsWord(line, start, match.Length)) continue;
                best = start;
                length = match.Length;
                break;
            }
        }
        return best;
    }

    private static bool IsWord(ReadOnlySpan<byte> line, int start, int length) =>
        (start == 0 || !IsWordCharacter(line[Utf8Text.FloorBoundary(line, start - 1)..]))
        && (start + length == line.Length || !IsWordCharacter(line[(start + length)..]));

    private static bool IsWordCharacter(ReadOnlySpan<byte> text)
    {
        if (text[0] < 0x80) return char.IsAsciiLetterOrDigit((char)text[0]) || text[0] == '_';
        // Ill-formed bytes are no boundary either.
        return Rune.DecodeFromUtf8(text, out Rune rune, out _) != System.Buffers.OperationStatus.Done
            || (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.EnclosingMark
                or System.Globalization.UnicodeCategory.ConnectorPunctuation or System.Globalization.UnicodeCategory.LetterNumber);
    }
}
