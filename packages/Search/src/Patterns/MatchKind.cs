namespace Gabbro.Search.Patterns;

/// <summary>Which of several possible matches are reported.</summary>
public enum MatchKind
{
    /// <summary>The match that starts first; of those at one place, the pattern given first. Matches do not overlap.</summary>
    LeftmostFirst = 0,

    /// <summary>The match that starts first; of those at one place, the longest. Matches do not overlap.</summary>
    LeftmostLongest = 1,

    /// <summary>Every occurrence of every pattern, in order of where they end, the longest first.</summary>
    Overlapping = 2,
}
