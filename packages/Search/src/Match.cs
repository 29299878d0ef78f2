namespace Gabbro.Search;

/// <summary>Where a needle was found, in elements (bytes or UTF-16 units) of the haystack.</summary>
/// <param name="Index">The first element of the match.</param>
/// <param name="Length">The number of elements. That of the needle, except under
/// <see cref="CaseMode.UnicodeIgnoreCase"/>, where equal characters may be encoded in different lengths.</param>
public readonly record struct Match(int Index, int Length)
{
    /// <summary>The element after the match.</summary>
    public int End => Index + Length;
}
