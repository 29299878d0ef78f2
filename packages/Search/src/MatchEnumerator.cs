using Gabbro.Search.Engines;
using Gabbro.Search.Kernels;

namespace Gabbro.Search;

/// <summary>Walks the matches of a <see cref="MatchEnumerable"/>.</summary>
public ref struct MatchEnumerator
{
    private readonly SearchEngine _engine;
    private readonly ref byte _haystack;
    private readonly nint _bytes;
    private readonly int _shift;
    private readonly bool _backward;
    private ScanState _state;

    internal MatchEnumerator(SearchEngine engine, ref byte haystack, int length, int shift, bool overlapping, bool backward)
    {
        _engine = engine;
        _haystack = ref haystack;
        _bytes = (nint)length << shift;
        _shift = shift;
        _backward = backward;
        _state = engine.Start(_bytes, backward, overlapping);
    }

    /// <summary>The match found by the last <see cref="MoveNext"/> that returned <see langword="true"/>.</summary>
    public Match Current { get; private set; }

    /// <summary>Finds the next match.</summary>
    /// <returns>Whether there is one.</returns>
    public unsafe bool MoveNext()
    {
        fixed (byte* haystack = &_haystack)
        {
            nint position = _backward
                ? _engine.Previous(haystack, _bytes, ref _state, out nint matched)
                : _engine.Next(haystack, _bytes, ref _state, out matched);
            if (position < 0) return false;
            Current = new Match((int)(position >> _shift), (int)(matched >> _shift));
            return true;
        }
    }
}
