using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Gabbro.Tools.Mandelbrot;

/// <summary>Writes a picture of eight-bit red, green and blue as PNG (ISO/IEC 15948).</summary>
internal static class PngWriter
{
    private const byte TrueColour = 2;
    private const byte FilterSub = 1;

    public static void Write(Stream stream, int width, int height, ReadOnlySpan<byte> rgb)
    {
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = TrueColour;
        header[10..].Clear();
        Chunk(stream, "IHDR", header);

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[1 + (3 * width)];
            row[0] = FilterSub;
            for (var y = 0; y < height; y++)
            {
                var pixels = rgb.Slice(y * 3 * width, 3 * width);
                for (var i = 0; i < pixels.Length; i++)
                    row[i + 1] = (byte)(pixels[i] - (i < 3 ? 0 : pixels[i - 3]));
                zlib.Write(row);
            }
        }

        Chunk(stream, "IDAT", compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        Chunk(stream, "IEND", []);
    }

    private static void Chunk(Stream stream, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        stream.Write(word);
        var name = Encoding.ASCII.GetBytes(type);
        stream.Write(name);
        stream.Write(data);
        var crc = new Crc32();
        crc.Append(name);
        crc.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, crc.GetCurrentHashAsUInt32());
        stream.Write(word);
    }
}
