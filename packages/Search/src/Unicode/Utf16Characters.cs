using System.Runtime.CompilerServices;
using System.Text;

namespace Gabbro.Search.Unicode;

/// <summary>UTF-16 in the machine's byte order. A lone surrogate is no character.</summary>
internal readonly unsafe struct Utf16Characters : ICharacters
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Decode(byte* at, nint bytes, out int character)
    {
        char first = Unsafe.ReadUnaligned<char>(at);
        character = first;
        if (!char.IsSurrogate(first)) return 2;
        if (bytes < 4 || !char.IsSurrogatePair(first, Unsafe.ReadUnaligned<char>(at + 2))) return 0;
        character = char.ConvertToUtf32(first, Unsafe.ReadUnaligned<char>(at + 2));
        return 4;
    }

    public static int DecodeBackward(byte* text, nint end, out int character)
    {
        char last = Unsafe.ReadUnaligned<char>(text + end - 2);
        character = last;
        if (!char.IsSurrogate(last)) return 2;
        return end >= 4 && Decode(text + end - 4, 4, out character) == 4 ? 4 : 0;
    }

    public static int Encode(int character, byte* destination) =>
        2 * new Rune(character).EncodeToUtf16(new Span<char>(destination, 2));
}
