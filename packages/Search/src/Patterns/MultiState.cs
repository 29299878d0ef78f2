namespace Gabbro.Search.Patterns;

/// <summary>Where a multi-pattern search stands between matches.</summary>
internal struct MultiState
{
    /// <summary>Leftmost: no match starts before this. Overlapping: what has been read.</summary>
    internal nint Next;

    /// <summary>The automaton's row, and its output to report next (-1 for none). Overlapping only.</summary>
    internal int Row, Output;

    /// <summary>The block of places the packed scan found last, and its candidates not yet settled; then where to go on.</summary>
    internal nint Block, Resume;

    internal ulong Candidates;

    /// <summary>Whether the packed scan was given up because too much passed it.</summary>
    internal bool AutomatonOnly;

    internal nint Trials, Mark;
}
