using System.Runtime.InteropServices;
using Gabbro.Search.Kernels;

namespace Gabbro.Search.Utf8;

/// <summary>UTF-8 questions about bytes: is it valid and up to where, how many characters, where do they begin.</summary>
/// <remarks>All O(n), without allocation, thread-safe.</remarks>
public static unsafe class Utf8Text
{
    /// <summary>The index of the first byte that is not part of valid UTF-8, or -1 if all is.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="tier">The instruction set to run on.</param>
    /// <returns>The index where the first ill-formed sequence begins: everything before it is valid. A sequence cut off by the
    /// end of the text is ill-formed, too. Overlong forms, surrogates and values over U+10FFFF are ill-formed (Unicode 3.9,
    /// table 3-7).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tier"/> is no member of its enumeration.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the tier.</exception>
    public static int IndexOfInvalid(ReadOnlySpan<byte> text, SearchTier tier = SearchTier.Auto)
    {
        tier = SearchFeatures.Resolve(tier);
        fixed (byte* start = &MemoryMarshal.GetReference(text)) return (int)Utf8Kernels.IndexOfInvalid(tier, start, text.Length);
    }

    /// <summary>Whether the bytes are valid UTF-8.</summary>
    /// <param name="text">The bytes.</param>
    /// <returns>Whether <see cref="IndexOfInvalid"/> finds nothing.</returns>
    public static bool IsValid(ReadOnlySpan<byte> text) => IndexOfInvalid(text) < 0;

    /// <summary>How many characters (code points) begin in the bytes.</summary>
    /// <param name="text">The bytes. In ill-formed text every byte that is not a continuation byte counts once.</param>
    /// <param name="tier">The instruction set to run on.</param>
    /// <returns>The number of bytes other than 0x80 to 0xBF.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tier"/> is no member of its enumeration.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the tier.</exception>
    public static int CountCharacters(ReadOnlySpan<byte> text, SearchTier tier = SearchTier.Auto)
    {
        tier = SearchFeatures.Resolve(tier);
        fixed (byte* start = &MemoryMarshal.GetReference(text))
            return (int)(text.Length - Utf8Kernels.CountContinuations(tier, start, text.Length));
    }

    /// <summary>Whether no character is split between <paramref name="index"/> and the byte before.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="index">An index into the text, or its length.</param>
    /// <returns>Whether the byte at the index is not a continuation byte; also at the end.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is outside the text.</exception>
    public static bool IsBoundary(ReadOnlySpan<byte> text, int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)text.Length, nameof(index));
        return index == text.Length || !Utf8Boundary.IsContinuation(text[index]);
    }

    /// <summary>The nearest boundary at or before <paramref name="index"/>.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="index">An index into the text, or its length.</param>
    /// <returns>The boundary; in valid UTF-8 at most three bytes back.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is outside the text.</exception>
    public static int FloorBoundary(ReadOnlySpan<byte> text, int index)
    {
        while (index > 0 && !IsBoundary(text, index)) index--;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)text.Length, nameof(index));
        return index;
    }
}
