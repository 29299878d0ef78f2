namespace Gabbro.Search.Unicode;

/// <summary>How characters are encoded in a haystack.</summary>
internal unsafe interface ICharacters
{
    /// <summary>Decodes the character at <paramref name="at"/>, of which <paramref name="bytes"/> bytes exist.</summary>
    /// <returns>Its bytes, or 0 if there is none that is valid.</returns>
    static abstract int Decode(byte* at, nint bytes, out int character);

    /// <summary>Decodes the character that ends at offset <paramref name="end"/>.</summary>
    static abstract int DecodeBackward(byte* text, nint end, out int character);

    /// <summary>Encodes into at most four bytes.</summary>
    static abstract int Encode(int character, byte* destination);
}
