using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Gabbro.Storage.BTree.Pages;

/// <summary>Comparison of byte strings by pointer; shorter sorts before its extensions.</summary>
internal static unsafe class KeyBytes
{
    /// <summary>Lexicographic order: below, at or above zero.</summary>
    public static int Compare(byte* a, int aLength, byte* b, int bLength)
    {
        var common = Math.Min(aLength, bLength);
        var i = 0;
        for (; i + sizeof(ulong) <= common; i += sizeof(ulong))
        {
            var x = Unsafe.ReadUnaligned<ulong>(a + i);
            var y = Unsafe.ReadUnaligned<ulong>(b + i);
            if (x != y)
                return BinaryPrimitives.ReverseEndianness(x) < BinaryPrimitives.ReverseEndianness(y) ? -1 : 1;
        }

        for (; i < common; i++)
        {
            if (a[i] != b[i])
                return a[i] - b[i];
        }

        return aLength - bLength;
    }

    /// <summary>Length of the longest common prefix.</summary>
    public static int CommonPrefix(byte* a, int aLength, byte* b, int bLength)
    {
        var common = Math.Min(aLength, bLength);
        var i = 0;
        while (i < common && a[i] == b[i])
            i++;
        return i;
    }

    /// <summary>
    /// The four bytes after <paramref name="skip"/> as a big-endian number, zero-padded. Different heads order as their
    /// keys do: a pad byte meets either a larger byte or an equal one, and equal heads are settled by a full comparison.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Head(byte* key, int length, int skip)
    {
        var rest = length - skip;
        if (rest >= sizeof(uint))
            return BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(key + skip));
        uint head = 0;
        for (var i = 0; i < rest; i++)
            head |= (uint)key[skip + i] << (24 - (8 * i));
        return head;
    }
}
