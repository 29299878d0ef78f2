using System.Runtime.InteropServices;

namespace Gabbro.Search.Patterns;

/// <summary>Walks the matches of a <see cref="PatternMatchEnumerable"/>.</summary>
public ref struct PatternMatchEnumerator
{
    private readonly MultiFinder _finder;
    private readonly ReadOnlySpan<byte> _haystack;
    private MultiState _state;
    private PatternMatch _current;

    internal PatternMatchEnumerator(MultiFinder finder, ReadOnlySpan<byte> haystack)
    {
        _finder = finder;
        _haystack = haystack;
        _state = finder.Start();
    }

    /// <summary>The match found by the last <see cref="MoveNext"/> that returned <see langword="true"/>.</summary>
    public readonly PatternMatch Current => _current;

    /// <summary>Finds the next match.</summary>
    /// <returns>Whether there is one.</returns>
    public unsafe bool MoveNext()
    {
        fixed (byte* haystack = &MemoryMarshal.GetReference(_haystack))
            return _finder.Next(haystack, _haystack.Length, ref _state, out _current);
    }
}
