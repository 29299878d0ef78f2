using Gabbro.Search.Kernels;

namespace Gabbro.Search.Engines;

/// <summary>What stands behind a finder: one way to find one needle. Offsets and lengths are in bytes.</summary>
internal abstract unsafe class SearchEngine
{
    /// <summary>The most bytes a match can have.</summary>
    internal abstract nint LongestMatch { get; }

    /// <summary>A state at the beginning (or, backward, the end) of a haystack.</summary>
    internal abstract ScanState Start(nint length, bool backward, bool overlapping);

    /// <summary>The next match in order of position.</summary>
    /// <returns>Its offset, or -1.</returns>
    internal abstract nint Next(byte* haystack, nint length, ref ScanState state, out nint matched);

    /// <summary>The next match going down.</summary>
    /// <returns>Its offset, or -1.</returns>
    internal abstract nint Previous(byte* haystack, nint length, ref ScanState state, out nint matched);

    internal virtual nint Count(byte* haystack, nint length, bool overlapping)
    {
        ScanState state = Start(length, backward: false, overlapping);
        nint count = 0;
        while (Next(haystack, length, ref state, out _) >= 0) count++;
        return count;
    }

    /// <summary>Writes offsets in units (bytes shifted right by <paramref name="shift"/>).</summary>
    internal virtual int Fill(byte* haystack, nint length, ref ScanState state, int* destination, int capacity, int shift)
    {
        int written = 0;
        while (written < capacity)
        {
            nint position = Next(haystack, length, ref state, out _);
            if (position < 0) break;
            destination[written++] = (int)(position >> shift);
        }
        return written;
    }
}
