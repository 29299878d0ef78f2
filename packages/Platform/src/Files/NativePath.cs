namespace Gabbro.Platform.Files;

/// <summary>
/// A path, or one name, exactly as the file system has it: raw bytes on Unix (any bytes but zero and the separator make
/// a name), WTF-8 on Windows. Converting to a string and back gives the same bytes, for every path.
/// </summary>
/// <remarks>
/// Immutable. Every call that takes a path takes these bytes as a <see cref="ReadOnlySpan{T}"/>, to which this converts.
/// In a string, a byte that is not UTF-8 shows as a lone surrogate U+DC80 to U+DCFF (PEP 383).
/// </remarks>
public readonly struct NativePath : IEquatable<NativePath>
{
    private readonly byte[]? _bytes;

    /// <summary>A path from its bytes, which are copied.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="ArgumentException">A byte is zero.</exception>
    public NativePath(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Contains((byte)0))
            throw new ArgumentException("A path cannot hold a zero byte.", nameof(bytes));
        _bytes = bytes.ToArray();
    }

    /// <summary>A path from text.</summary>
    /// <param name="text">The text; lone surrogates U+DC80 to U+DCFF stand for raw bytes on Unix.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="ArgumentException">The text holds a zero character.</exception>
    public NativePath(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains('\0'))
            throw new ArgumentException("A path cannot hold a zero character.", nameof(text));
        _bytes = PathText.ToBytes(text);
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Whether there are no bytes.</summary>
    public bool IsEmpty => Bytes.IsEmpty;

    /// <summary>The last component.</summary>
    public ReadOnlySpan<byte> Name => Bytes[(LastSeparator(Bytes) + 1)..];

    /// <summary>Everything before the last component and its separator; empty when there is no separator.</summary>
    public ReadOnlySpan<byte> Parent
    {
        get
        {
            int separator = LastSeparator(Bytes);
            return Bytes[..(separator == 0 ? 1 : Math.Max(separator, 0))];
        }
    }

    /// <summary>This path, a separator when one is missing, and another path.</summary>
    /// <param name="other">What to append; it should be relative.</param>
    /// <exception cref="ArgumentException"><paramref name="other"/> holds a zero byte.</exception>
    public NativePath Join(ReadOnlySpan<byte> other)
    {
        ReadOnlySpan<byte> first = Bytes;
        bool separate = first.Length > 0 && LastSeparator(first) != first.Length - 1;
        byte[] joined = new byte[first.Length + (separate ? 1 : 0) + other.Length];
        first.CopyTo(joined);
        if (separate)
            joined[first.Length] = (byte)'/';
        other.CopyTo(joined.AsSpan(joined.Length - other.Length));
        return new NativePath(joined);
    }

    /// <summary>The path as text; converting back gives the same bytes.</summary>
    public override string ToString() => PathText.ToText(Bytes);

    /// <inheritdoc/>
    public bool Equals(NativePath other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NativePath other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Text to path.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator NativePath(string text) => new(text);

    /// <summary>Path to bytes.</summary>
    /// <param name="path">The path.</param>
    public static implicit operator ReadOnlySpan<byte>(NativePath path) => path.Bytes;

    /// <summary>Whether two paths are the same bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(NativePath left, NativePath right) => left.Equals(right);

    /// <summary>Whether two paths differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(NativePath left, NativePath right) => !left.Equals(right);

    private static int LastSeparator(ReadOnlySpan<byte> bytes) => Native.Host.IsWindows
        ? bytes.LastIndexOfAny((byte)'/', (byte)'\\')
        : bytes.LastIndexOf((byte)'/');
}
