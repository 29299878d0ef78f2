namespace Gabbro.Tools.FastSearch.Ignore;

/// <summary>One line of an ignore file.</summary>
internal sealed class IgnoreRule
{
    private readonly Glob _glob;
    private readonly bool _anchored;
    private readonly bool _directoryOnly;

    private IgnoreRule(string pattern, bool anchored, bool directoryOnly, bool negated)
    {
        _glob = new Glob(pattern);
        _anchored = anchored;
        _directoryOnly = directoryOnly;
        IsNegated = negated;
    }

    /// <summary>Whether the rule takes files back in.</summary>
    internal bool IsNegated { get; }

    internal static IgnoreRule? Parse(string line)
    {
        if (line.StartsWith('#')) return null;
        string text = line.TrimEnd('\r');
        while (text.EndsWith(' ') && !text.EndsWith("\\ ", StringComparison.Ordinal)) text = text[..^1];
        bool negated = text.StartsWith('!');
        if (negated) text = text[1..];
        bool directoryOnly = text.EndsWith('/');
        if (directoryOnly) text = text[..^1];
        if (text.Length == 0) return null;
        // A slash at the beginning or in the middle ties the rule to its own directory.
        bool anchored = text.Contains('/', StringComparison.Ordinal);
        if (text[0] == '/') text = text[1..];
        // "name/**" is all below name, but not name itself.
        if (text.EndsWith("/**", StringComparison.Ordinal)) text += "/*";
        return text.Length == 0 ? null : new IgnoreRule(text, anchored, directoryOnly, negated);
    }

    /// <summary>Whether the rule speaks about an entry.</summary>
    /// <param name="path">Its path from the rule's directory.</param>
    /// <param name="name">Its name.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    internal bool Matches(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, bool isDirectory) =>
        (!_directoryOnly || isDirectory) && _glob.Matches(_anchored ? path : name);
}
