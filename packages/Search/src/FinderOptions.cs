namespace Gabbro.Search;

/// <summary>How a <see cref="Finder"/> or <see cref="TextFinder"/> searches.</summary>
public sealed record FinderOptions
{
    /// <summary>The options used where none are given: ordinal, automatic tier.</summary>
    public static FinderOptions Default { get; } = new();

    /// <summary>Which characters count as equal. Default: <see cref="CaseMode.Ordinal"/>.</summary>
    public CaseMode Case { get; init; }

    /// <summary>The instruction set to run on. Default: <see cref="SearchTier.Auto"/>.</summary>
    public SearchTier Tier { get; init; }

    /// <summary>
    /// Whether a match that starts or ends inside a UTF-8 character (next to a continuation byte) is disregarded. Only a
    /// needle that is not itself valid UTF-8, or a haystack that is not, can produce one. Bytes only. Default: no.
    /// </summary>
    public bool WholeCharacters { get; init; }
}
