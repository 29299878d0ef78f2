namespace Gabbro.Search.Patterns;

/// <summary>How a <see cref="MultiFinder"/> searches.</summary>
public sealed record MultiFinderOptions
{
    /// <summary>The options used where none are given: ordinal, leftmost-first, automatic tier.</summary>
    public static MultiFinderOptions Default { get; } = new();

    /// <summary>Which matches are reported.</summary>
    public MatchKind Kind { get; init; }

    /// <summary>Which bytes count as equal: <see cref="CaseMode.Ordinal"/> or <see cref="CaseMode.AsciiIgnoreCase"/>.</summary>
    public CaseMode Case { get; init; }

    /// <summary>The instruction set to run on.</summary>
    public SearchTier Tier { get; init; }

    /// <summary>Whether to look for pattern beginnings with packed vectors where that pays (the default), or to walk the
    /// automaton over every byte.</summary>
    public bool Packed { get; init; } = true;
}
