namespace Gabbro.Platform.Locks;

/// <summary>A range of byte positions of a file. It may lie past the end of the file: locks are about positions, not bytes.</summary>
public readonly record struct ByteRange
{
    /// <summary>A range.</summary>
    /// <param name="offset">Its first position, not negative.</param>
    /// <param name="length">Its length, positive; <see cref="long.MaxValue"/> reaches to the greatest position from any offset.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative, the length not positive, or the end too large.</exception>
    public ByteRange(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        if (length == long.MaxValue)
            length -= offset;
        if (offset > long.MaxValue - length || length == 0)
            throw new ArgumentOutOfRangeException(nameof(length), length, "The range passes the greatest file offset.");
        Offset = offset;
        Length = length;
    }

    /// <summary>Every position of a file.</summary>
    public static ByteRange All => new(0, long.MaxValue);

    /// <summary>The first position.</summary>
    public long Offset { get; }

    /// <summary>The number of positions; 0 only in the default value, which no lock accepts.</summary>
    public long Length { get; }

    /// <summary>The first position after the range.</summary>
    public long End => Offset + Length;

    /// <summary>Whether two ranges share a position.</summary>
    /// <param name="other">The other range.</param>
    public bool Overlaps(ByteRange other) => Offset < other.End && other.Offset < End;

    /// <summary>The range as <c>[offset, end)</c>.</summary>
    public override string ToString() => $"[{Offset}, {End})";
}
