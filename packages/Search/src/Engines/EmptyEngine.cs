using Gabbro.Search.Kernels;

namespace Gabbro.Search.Engines;

/// <summary>The empty needle: it matches before every element and at the end, so length + 1 times.</summary>
/// <param name="size">Bytes in an element.</param>
/// <param name="wholeCharacters">Whether places inside UTF-8 characters do not count.</param>
internal sealed unsafe class EmptyEngine(int size, bool wholeCharacters) : SearchEngine
{
    internal override nint LongestMatch => 0;

    internal override ScanState Start(nint length, bool backward, bool overlapping) =>
        new() { Next = backward ? length + size : 0, Overlapping = overlapping };

    internal override nint Next(byte* haystack, nint length, ref ScanState state, out nint matched)
    {
        matched = 0;
        for (; state.Next <= length; state.Next += size)
        {
            if (!Counts(haystack, length, state.Next)) continue;
            state.Next += size;
            return state.Next - size;
        }
        return -1;
    }

    internal override nint Previous(byte* haystack, nint length, ref ScanState state, out nint matched)
    {
        matched = 0;
        while (state.Next > 0)
        {
            state.Next -= size;
            if (Counts(haystack, length, state.Next)) return state.Next;
        }
        return -1;
    }

    private bool Counts(byte* haystack, nint length, nint position) =>
        !wholeCharacters || position == length || !Utf8Boundary.IsContinuation(haystack[position]);
}
