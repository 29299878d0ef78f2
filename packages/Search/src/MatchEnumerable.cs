using Gabbro.Search.Engines;

namespace Gabbro.Search;

/// <summary>The matches of a finder in one haystack, for <c>foreach</c>. Forward and not overlapping unless told.</summary>
/// <remarks>Lives on the stack beside the span it searches; allocates nothing. Enumerating all matches is O(n + m)
/// for not overlapping ones and O(n + m + matches) for overlapping ones.</remarks>
public readonly ref struct MatchEnumerable
{
    private readonly SearchEngine _engine;
    private readonly ref byte _haystack;
    private readonly int _length;
    private readonly int _shift;
    private readonly bool _overlapping;
    private readonly bool _backward;

    internal MatchEnumerable(SearchEngine engine, ref byte haystack, int length, int shift, bool overlapping = false, bool backward = false)
    {
        _engine = engine;
        _haystack = ref haystack;
        _length = length;
        _shift = shift;
        _overlapping = overlapping;
        _backward = backward;
    }

    /// <summary>The same with matches that may overlap.</summary>
    /// <returns>A new enumerable.</returns>
    public MatchEnumerable Overlapping() => new(_engine, ref _haystack, _length, _shift, overlapping: true, _backward);

    /// <summary>The same from the last match to the first.</summary>
    /// <returns>A new enumerable.</returns>
    public MatchEnumerable Backward() => new(_engine, ref _haystack, _length, _shift, _overlapping, backward: true);

    /// <summary>Starts over.</summary>
    /// <returns>An enumerator before the first match.</returns>
    public MatchEnumerator GetEnumerator() => new(_engine, ref _haystack, _length, _shift, _overlapping, _backward);
}
