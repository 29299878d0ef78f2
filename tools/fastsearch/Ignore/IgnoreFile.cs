namespace Gabbro.Tools.FastSearch.Ignore;

/// <summary>The rules of one ignore file; the last that speaks decides.</summary>
internal sealed class IgnoreFile
{
    private readonly IgnoreRule[] _rules;

    internal IgnoreFile(IEnumerable<string> lines) => _rules = [.. lines.Select(IgnoreRule.Parse).OfType<IgnoreRule>()];

    internal bool IsEmpty => _rules.Length == 0;

    /// <summary>Whether the entry is ignored (true), taken back (false), or not spoken about.</summary>
    internal bool? Decide(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, bool isDirectory)
    {
        for (int i = _rules.Length - 1; i >= 0; i--)
            if (_rules[i].Matches(path, name, isDirectory)) return !_rules[i].IsNegated;
        return null;
    }
}
