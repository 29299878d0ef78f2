using System.Runtime.CompilerServices;
using System.Text;
using Gabbro.Search.Kernels;

namespace Gabbro.Search.Unicode;

/// <summary>UTF-8.</summary>
internal readonly unsafe struct Utf8Characters : ICharacters
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Decode(byte* at, nint bytes, out int character) => ScalarUtf8.Decode(at, bytes, out character);

    public static int DecodeBackward(byte* text, nint end, out int character) => ScalarUtf8.DecodeBackward(text, end, out character);

    public static int Encode(int character, byte* destination) => new Rune(character).EncodeToUtf8(new Span<byte>(destination, 4));
}
