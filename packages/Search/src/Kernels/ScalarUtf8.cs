using System.Runtime.CompilerServices;

namespace Gabbro.Search.Kernels;

/// <summary>UTF-8 a character at a time: the definition the vector kernels are held to, and their way to exact places.</summary>
internal static unsafe class ScalarUtf8
{
    /// <summary>Validates from a boundary on.</summary>
    /// <returns>Where the first ill-formed sequence begins, or -1.</returns>
    internal static nint IndexOfInvalid(byte* text, nint from, nint length)
    {
        nint i = from;
        while (i < length)
        {
            if (i + 8 <= length && (Unsafe.ReadUnaligned<ulong>(text + i) & 0x8080808080808080) == 0)
            {
                i += 8;
                continue;
            }
            int size = Decode(text + i, length - i, out _);
            if (size == 0) return i;
            i += size;
        }
        return -1;
    }

    /// <summary>Decodes one character.</summary>
    /// <returns>Its bytes, or 0 if the sequence is ill-formed or cut off.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Decode(byte* text, nint length, out int character)
    {
        int first = text[0];
        if (first < 0x80)
        {
            character = first;
            return 1;
        }
        return DecodeLong(text, length, out character);
    }

    /// <summary>Decodes the character that ends before <paramref name="end"/>.</summary>
    /// <returns>Its bytes, or 0 if none valid ends there.</returns>
    internal static int DecodeBackward(byte* text, nint end, out int character)
    {
        for (nint size = 1; size <= 4 && size <= end; size++)
        {
            if (Utf8Boundary.IsContinuation(text[end - size])) continue;
            return Decode(text + end - size, size, out character) == size ? (int)size : 0;
        }
        character = 0;
        return 0;
    }

    private static int DecodeLong(byte* text, nint length, out int character)
    {
        int first = text[0];
        character = 0;
        if (first < 0xC2 || length < 2 || !Utf8Boundary.IsContinuation(text[1])) return 0;
        if (first < 0xE0)
        {
            character = (first & 0x1F) << 6 | (text[1] & 0x3F);
            return 2;
        }
        if (length < 3 || !Utf8Boundary.IsContinuation(text[2])) return 0;
        if (first < 0xF0)
        {
            character = (first & 0x0F) << 12 | (text[1] & 0x3F) << 6 | (text[2] & 0x3F);
            return character < 0x800 || character is >= 0xD800 and < 0xE000 ? 0 : 3;
        }
        if (first > 0xF4 || length < 4 || !Utf8Boundary.IsContinuation(text[3])) return 0;
        character = (first & 0x07) << 18 | (text[1] & 0x3F) << 12 | (text[2] & 0x3F) << 6 | (text[3] & 0x3F);
        return character is < 0x10000 or > 0x10FFFF ? 0 : 4;
    }
}
