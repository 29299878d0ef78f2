using System.Numerics;
using System.Runtime.CompilerServices;

namespace Gabbro.Storage.Lsm.Tables;

/// <summary>The LZ4 block format (Collet; lz4_Block_format.md): greedy matches of at least four bytes within 64 KiB.</summary>
internal static unsafe class Lz4
{
    private const int MinMatch = 4;
    private const int HashBits = 12;

    // The format ends a block with five literals, and starts no match in its last twelve bytes.
    private const int LastLiterals = 5;
    private const int MatchStartLimit = 12;

    public static int Bound(int length) => length + (length / 255) + 16;

    /// <summary>Compresses into <paramref name="target"/>, which holds <see cref="Bound"/> bytes.</summary>
    public static int Compress(byte* source, int length, byte* target)
    {
        var table = stackalloc int[1 << HashBits];
        new Span<int>(table, 1 << HashBits).Fill(-1);
        var output = target;
        var anchor = 0;
        var position = 0;
        var misses = 0;
        while (position < length - MatchStartLimit)
        {
            var word = Unsafe.ReadUnaligned<uint>(source + position);
            var hash = (word * 2654435761u) >> (32 - HashBits);
            var candidate = table[hash];
            table[hash] = position;
            if (candidate < 0 || position - candidate > 0xFFFF || Unsafe.ReadUnaligned<uint>(source + candidate) != word)
            {
                // Steps grow over data that does not compress.
                position += 1 + (misses++ >> 6);
                continue;
            }

            misses = 0;
            while (position > anchor && candidate > 0 && source[position - 1] == source[candidate - 1])
            {
                position--;
                candidate--;
            }

            var match = MinMatch + Match(source + position + MinMatch, source + candidate + MinMatch, length - LastLiterals - position - MinMatch);
            output = WriteSequence(output, source + anchor, position - anchor, position - candidate, match);
            position += match;
            anchor = position;
        }

        output = WriteLiterals(output, source + anchor, length - anchor);
        return (int)(output - target);
    }

    /// <summary>Decompresses exactly <paramref name="targetLength"/> bytes; false for any input that is not such a block.</summary>
    public static bool Decompress(byte* source, int sourceLength, byte* target, int targetLength)
    {
        var input = source;
        var inputEnd = source + sourceLength;
        var output = target;
        var outputEnd = target + targetLength;
        while (input < inputEnd)
        {
            var token = *input++;
            long literals = token >> 4;
            if (literals == 15 && !ReadLength(ref input, inputEnd, ref literals))
                return false;
            if (literals > inputEnd - input || literals > outputEnd - output)
                return false;
            Unsafe.CopyBlockUnaligned(output, input, (uint)literals);
            input += literals;
            output += literals;
            if (input == inputEnd)
                return output == outputEnd;
            if (inputEnd - input < 2)
                return false;
            var distance = input[0] | (input[1] << 8);
            input += 2;
            long match = token & 15;
            if (match == 15 && !ReadLength(ref input, inputEnd, ref match))
                return false;
            match += MinMatch;
            if (distance == 0 || distance > output - target || match > outputEnd - output)
                return false;
            var from = output - distance;
            if (distance >= 8)
            {
                while (match >= 8)
                {
                    Unsafe.WriteUnaligned(output, Unsafe.ReadUnaligned<ulong>(from));
                    output += 8;
                    from += 8;
                    match -= 8;
                }
            }

            while (match-- > 0)
                *output++ = *from++;
        }

        return false;
    }

    private static bool ReadLength(ref byte* input, byte* end, ref long length)
    {
        byte part;
        do
        {
            if (input >= end)
                return false;
            part = *input++;
            length += part;
        }
        while (part == 255);
        return true;
    }

    private static int Match(byte* a, byte* b, int limit)
    {
        var i = 0;
        while (i + 8 <= limit)
        {
            var difference = Unsafe.ReadUnaligned<ulong>(a + i) ^ Unsafe.ReadUnaligned<ulong>(b + i);
            if (difference != 0)
                return i + (BitOperations.TrailingZeroCount(difference) >> 3);
            i += 8;
        }

        while (i < limit && a[i] == b[i])
            i++;
        return i;
    }

    private static byte* WriteSequence(byte* output, byte* literals, int literalCount, int distance, int match)
    {
        var token = output++;
        *token = 0;
        output = WriteRun(output, token, literals, literalCount);
        *output++ = (byte)distance;
        *output++ = (byte)(distance >> 8);
        var rest = match - MinMatch;
        if (rest < 15)
        {
            *token |= (byte)rest;
            return output;
        }

        *token |= 15;
        return WriteLength(output, rest - 15);
    }

    private static byte* WriteLiterals(byte* output, byte* literals, int count)
    {
        var token = output++;
        *token = 0;
        return WriteRun(output, token, literals, count);
    }

    private static byte* WriteRun(byte* output, byte* token, byte* literals, int count)
    {
        if (count < 15)
        {
            *token |= (byte)(count << 4);
        }
        else
        {
            *token |= 15 << 4;
            output = WriteLength(output, count - 15);
        }

        Unsafe.CopyBlockUnaligned(output, literals, (uint)count);
        return output + count;
    }

    private static byte* WriteLength(byte* output, int length)
    {
        while (length >= 255)
        {
            *output++ = 255;
            length -= 255;
        }

        *output++ = (byte)length;
        return output;
    }
}
