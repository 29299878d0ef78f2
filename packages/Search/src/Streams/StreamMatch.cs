namespace Gabbro.Search.Streams;

/// <summary>A match in a stream.</summary>
/// <param name="Offset">The first byte, counted from the beginning of the stream.</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="Pattern">Which pattern of a multi-pattern search; 0 for a single needle.</param>
public readonly record struct StreamMatch(long Offset, int Length, int Pattern)
{
    /// <summary>The byte after the match.</summary>
    public long End => Offset + Length;
}
