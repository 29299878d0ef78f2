using System.Buffers;
using System.Text;

namespace Gabbro.Tools.FastSearch.Ignore;

/// <summary>A glob of gitignore(5) over bytes: <c>*</c> and <c>?</c> stop at slashes, <c>**</c> does not.</summary>
internal sealed class Glob
{
    private static readonly SearchValues<char> Special = SearchValues.Create("*?[\\{"), SpecialOrSlash = SearchValues.Create("*?[\\{/");

    private readonly byte[] _pattern;
    private readonly byte[]? _suffix;
    private readonly bool _literal;

    internal Glob(string pattern)
    {
        _pattern = Encoding.UTF8.GetBytes(pattern);
        _literal = !pattern.AsSpan().ContainsAny(Special);
        if (pattern.StartsWith('*') && !pattern.StartsWith("**", StringComparison.Ordinal) && !pattern.AsSpan(1).ContainsAny(SpecialOrSlash))
            _suffix = _pattern[1..];
    }

    internal bool Matches(ReadOnlySpan<byte> text)
    {
        if (_literal) return text.SequenceEqual(_pattern);
        if (_suffix is not null) return text.EndsWith(_suffix) && !text.Contains((byte)'/');
        return Matches(_pattern, text);
    }

    private static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        while (!pattern.IsEmpty)
        {
            if (pattern[0] == '*')
            {
                if (pattern.Length > 1 && pattern[1] == '*') return MatchesAcross(pattern, text);
                ReadOnlySpan<byte> rest = pattern[1..];
                for (int i = 0; ; i++)
                {
                    if (Matches(rest, text[i..])) return true;
                    if (i == text.Length || text[i] == '/') return false;
                }
            }
            if (pattern[0] == '{')
            {
                int close = pattern.IndexOf((byte)'}');
                if (close > 0) return MatchesAny(pattern[1..close], pattern[(close + 1)..], text);
            }
            if (text.IsEmpty) return false;
            if (pattern[0] == '[' && TryClass(ref pattern, text[0], out bool member))
            {
                if (!member) return false;
                text = text[1..];
                continue;
            }
            if (pattern[0] == '\\' && pattern.Length > 1) pattern = pattern[1..];
            else if (pattern[0] == '?')
            {
                if (text[0] == '/') return false;
                pattern = pattern[1..];
                text = text[1..];
                continue;
            }
            if (pattern[0] != text[0]) return false;
            pattern = pattern[1..];
            text = text[1..];
        }
        return text.IsEmpty;
    }

    // "**/" is any number of directories, also none; a "**" at the end is everything.
    private static bool MatchesAcross(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> rest = pattern[2..];
        if (!rest.IsEmpty && rest[0] == '/' && Matches(rest[1..], text)) return true;
        for (int i = 0; i <= text.Length; i++)
            if (Matches(rest, text[i..])) return true;
        return false;
    }

    private static bool MatchesAny(ReadOnlySpan<byte> choices, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            int comma = choices.IndexOf((byte)',');
            ReadOnlySpan<byte> choice = comma < 0 ? choices : choices[..comma];
            if (Matches((byte[])[.. choice, .. rest], text)) return true;
            if (comma < 0) return false;
            choices = choices[(comma + 1)..];
        }
    }

    private static bool TryClass(ref ReadOnlySpan<byte> pattern, byte value, out bool member)
    {
        member = false;
        int i = 1;
        bool negated = i < pattern.Length && pattern[i] is (byte)'!' or (byte)'^';
        if (negated) i++;
        int first = i;
        for (; i < pattern.Length && (pattern[i] != ']' || i == first); i++)
        {
            byte low = pattern[i] == '\\' && i + 1 < pattern.Length ? pattern[++i] : pattern[i], high = low;
            if (i + 2 < pattern.Length && pattern[i + 1] == '-' && pattern[i + 2] != ']')
            {
                high = pattern[i + 2];
                i += 2;
            }
            member |= value >= low && value <= high;
        }
        if (i >= pattern.Length) return false;
        member = member != negated && value != '/';
        pattern = pattern[(i + 1)..];
        return true;
    }
}
