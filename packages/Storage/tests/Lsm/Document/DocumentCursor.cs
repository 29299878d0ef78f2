using System.Buffers.Binary;

namespace Gabbro.Storage.Tests.Lsm.Document;

/// <summary>The document's numbers one after another.</summary>
internal sealed class DocumentCursor(byte[] bytes)
{
    public int Position { get; private set; }

    public bool AtEnd => Position == bytes.Length;

    public byte Byte() => bytes[Position++];

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
    }

    public byte[] Bytes(int count)
    {
        Position += count;
        return bytes.AsSpan(Position - count, count).ToArray();
    }

    public byte[] Sized() => Bytes((int)Varint());

    public ulong Fixed() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public ulong Word() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));
}
