using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Gabbro.Storage.Lsm.Format;

/// <summary>A growing array of bytes for building blocks and edits; cleared and used again, it allocates nothing.</summary>
internal sealed unsafe class ByteBuffer(int capacity = 256)
{
    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public Span<byte> Writable => _bytes.AsSpan(0, Length);

    public byte[] Array => _bytes;

    public void Clear() => Length = 0;

    public void Truncate(int length) => Length = length;

    /// <summary>Makes room for <paramref name="count"/> more bytes and counts them in; the caller fills them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Extend(int count)
    {
        var start = Length;
        if (_bytes.Length - start < count)
            Grow(count);
        Length = start + count;
        return _bytes.AsSpan(start, count);
    }

    public void Append(ReadOnlySpan<byte> data) => data.CopyTo(Extend(data.Length));

    public void AppendByte(byte value) => Extend(1)[0] = value;

    public void AppendUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Extend(4), value);

    public void AppendUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Extend(8), value);

    public void AppendVarint(ulong value)
    {
        while (value >= 0x80)
        {
            AppendByte((byte)(value | 0x80));
            value >>= 7;
        }

        AppendByte((byte)value);
    }

    /// <summary>A length and the bytes.</summary>
    public void AppendSized(ReadOnlySpan<byte> data)
    {
        AppendVarint((ulong)data.Length);
        Append(data);
    }

    private void Grow(int count) =>
        System.Array.Resize(ref _bytes, (int)Math.Min(System.Array.MaxLength, Math.Max(2L * _bytes.Length, Length + (long)count)));
}
