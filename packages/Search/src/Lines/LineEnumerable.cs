namespace Gabbro.Search.Lines;

/// <summary>The lines of a text, for <c>foreach</c>: see <see cref="LineText.Enumerate"/>.</summary>
public readonly ref struct LineEnumerable
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly byte _terminator;

    internal LineEnumerable(ReadOnlySpan<byte> text, byte terminator)
    {
        _text = text;
        _terminator = terminator;
    }

    /// <summary>Starts at the first line.</summary>
    /// <returns>An enumerator before the first line.</returns>
    public LineEnumerator GetEnumerator() => new(_text, _terminator);
}
