namespace Gabbro.Reactor.Http;

/// <summary>Where one field line's name and value stand, relative to the first byte of the head.</summary>
/// <param name="NameStart">Offset of the name.</param>
/// <param name="NameLength">Bytes in the name, at least 1.</param>
/// <param name="ValueStart">Offset of the value, white space around it left out.</param>
/// <param name="ValueLength">Bytes in the value; 0 for an empty one.</param>
public readonly record struct FieldRange(int NameStart, int NameLength, int ValueStart, int ValueLength)
{
    /// <summary>The name, within the bytes the head was parsed from.</summary>
    /// <param name="head">The bytes of the head.</param>
    public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> head) => head.Slice(NameStart, NameLength);

    /// <summary>The value, within the bytes the head was parsed from.</summary>
    /// <param name="head">The bytes of the head.</param>
    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> head) => head.Slice(ValueStart, ValueLength);
}
