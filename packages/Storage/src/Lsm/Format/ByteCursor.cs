using System.Buffers.Binary;

namespace Gabbro.Storage.Lsm.Format;

/// <summary>Reads what <see cref="ByteBuffer"/> wrote; running past the end is damage of the named file.</summary>
internal ref struct ByteCursor(ReadOnlySpan<byte> bytes, string path, long offset)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly string _path = path;
    private readonly long _offset = offset;
    private int _position;

    public readonly bool AtEnd => _position == _bytes.Length;

    public readonly int Position => _position;

    public byte ReadByte() => ReadBytes(1)[0];

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(8));

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = ReadByte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }

        throw Bad("a number of at most ten bytes");
    }

    public int ReadLength()
    {
        var value = ReadVarint();
        if (value > (ulong)(_bytes.Length - _position))
            throw Bad($"a length within the {_bytes.Length - _position} bytes left, found {value}");
        return (int)value;
    }

    public ReadOnlySpan<byte> ReadSized() => ReadBytes(ReadLength());

    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (count > _bytes.Length - _position)
            throw Bad($"{count} more bytes, found {_bytes.Length - _position}");
        var part = _bytes.Slice(_position, count);
        _position += count;
        return part;
    }

    public readonly CorruptionException Bad(string expectation) => new(_path, _offset + _position, $"expected {expectation}");
}
