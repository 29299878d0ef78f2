namespace Gabbro.Search.Patterns;

/// <summary>Where one of several patterns was found.</summary>
/// <param name="Index">The first byte of the match.</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="Pattern">Which pattern, by its place in the list the finder was built from.</param>
public readonly record struct PatternMatch(int Index, int Length, int Pattern)
{
    /// <summary>The byte after the match.</summary>
    public int End => Index + Length;
}
