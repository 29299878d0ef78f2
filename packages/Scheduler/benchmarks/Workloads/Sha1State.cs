using System.Buffers.Binary;
using System.Numerics;

namespace Gabbro.Scheduler.Benchmarks.Workloads;

/// <summary>SHA-1 (FIPS 180-4) of messages that fit one block, without a call out of the runtime per node.</summary>
internal readonly struct Sha1State(uint a, uint b, uint c, uint d, uint e)
{
    public uint E => e;

    public static Sha1State Of(ReadOnlySpan<byte> message)
    {
        Span<uint> w = stackalloc uint[80];
        Span<byte> block = stackalloc byte[64];
        block.Clear();
        message.CopyTo(block);
        block[message.Length] = 0x80;
        BinaryPrimitives.WriteInt32BigEndian(block[60..], message.Length * 8);
        for (var i = 0; i < 16; i++)
            w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]);
        return Compress(w);
    }

    /// <summary>The hash of this hash followed by a number.</summary>
    public Sha1State Spawn(int number)
    {
        Span<uint> w = stackalloc uint[80];
        (w[0], w[1], w[2], w[3], w[4], w[5], w[6]) = (a, b, c, d, e, (uint)number, 0x80000000);
        w[7..15].Clear();
        w[15] = 24 * 8;
        return Compress(w);
    }

    private static Sha1State Compress(Span<uint> w)
    {
        for (var i = 16; i < 80; i++)
            w[i] = BitOperations.RotateLeft(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint a = 0x67452301, b = 0xEFCDAB89, c = 0x98BADCFE, d = 0x10325476, e = 0xC3D2E1F0;
        for (var i = 0; i < 80; i++)
        {
            var (f, k) = i switch
            {
                < 20 => ((b & c) | (~b & d), 0x5A827999u),
                < 40 => (b ^ c ^ d, 0x6ED9EBA1u),
                < 60 => ((b & c) | (b & d) | (c & d), 0x8F1BBCDCu),
                _ => (b ^ c ^ d, 0xCA62C1D6u),
            };
            var t = BitOperations.RotateLeft(a, 5) + f + e + k + w[i];
            (e, d, c, b, a) = (d, c, BitOperations.RotateLeft(b, 30), a, t);
        }

        return new Sha1State(a + 0x67452301, b + 0xEFCDAB89, c + 0x98BADCFE, d + 0x10325476, e + 0xC3D2E1F0);
    }
}
