using System.Buffers.Text;

namespace Gabbro.Tools.FastSearch.Output;

/// <summary>Bytes on their way to standard output.</summary>
internal sealed class OutputBuffer
{
    private byte[] _bytes = new byte[16 << 10];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    internal void Add(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    internal void Add(long number)
    {
        Reserve(20);
        Utf8Formatter.TryFormat(number, _bytes.AsSpan(Length), out int written);
        Length += written;
    }

    internal void Add(string text)
    {
        Reserve(System.Text.Encoding.UTF8.GetMaxByteCount(text.Length));
        Length += System.Text.Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Length));
    }

    internal void Clear() => Length = 0;

    private void Reserve(int count)
    {
        if (Length + count > _bytes.Length) Array.Resize(ref _bytes, int.Max(2 * _bytes.Length, Length + count));
    }
}
