namespace Gabbro.Search.Patterns;

/// <summary>The matches of a <see cref="MultiFinder"/> in one haystack, for <c>foreach</c>.</summary>
public readonly ref struct PatternMatchEnumerable
{
    private readonly MultiFinder _finder;
    private readonly ReadOnlySpan<byte> _haystack;

    internal PatternMatchEnumerable(MultiFinder finder, ReadOnlySpan<byte> haystack)
    {
        _finder = finder;
        _haystack = haystack;
    }

    /// <summary>Starts over.</summary>
    /// <returns>An enumerator before the first match.</returns>
    public PatternMatchEnumerator GetEnumerator() => new(_finder, _haystack);
}
