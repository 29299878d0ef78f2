namespace Gabbro.Search.Lines;

/// <summary>Walks the lines of a text.</summary>
public ref struct LineEnumerator
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly byte _terminator;
    private int _next;

    internal LineEnumerator(ReadOnlySpan<byte> text, byte terminator)
    {
        _text = text;
        _terminator = terminator;
    }

    /// <summary>The line found by the last <see cref="MoveNext"/> that returned <see langword="true"/>.</summary>
    public TextLine Current { get; private set; }

    /// <summary>Finds the end of the next line.</summary>
    /// <returns>Whether there is one. A terminator at the very end does not begin another line.</returns>
    public bool MoveNext()
    {
        if (_next >= _text.Length) return false;
        int end = _text[_next..].IndexOf(_terminator);
        int length = end < 0 ? _text.Length - _next : end;
        Current = new TextLine(Current.Number + 1, _next, length);
        _next += length + 1;
        return true;
    }
}
