using System.Buffers;
using System.Text.Unicode;
using Gabbro.Platform.Native;

namespace Gabbro.Platform.Files;

/// <summary>
/// Turns names into bytes and back without loss. Windows names are UTF-16 that may be ill-formed: they become WTF-8
/// (Simon Sapin, "The WTF-8 encoding"), where a lone surrogate is three bytes. Unix names are bytes that may not be
/// UTF-8: a byte that is not becomes a lone low surrogate U+DC80 to U+DCFF in a string (PEP 383), and back.
/// </summary>
internal static class PathText
{
    /// <summary>The greatest number of bytes a text of so many characters can need.</summary>
    internal static int MaxBytes(int characters) => checked(characters * 3);

    internal static int Encode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        int written = 0;
        while (true)
        {
            OperationStatus status = Utf8.FromUtf16(
                text, bytes[written..], out int read, out int count, replaceInvalidSequences: false);
            written += count;
            if (status == OperationStatus.Done)
                return written;
            // Stopped at a lone surrogate; NeedMoreData means a high surrogate at the very end.
            char surrogate = text[read];
            if (!Host.IsWindows && surrogate is >= '\uDC80' and <= '\uDCFF')
            {
                bytes[written++] = (byte)(surrogate - 0xDC00);
            }
            else
            {
                bytes[written++] = (byte)(0xE0 | (surrogate >> 12));
                bytes[written++] = (byte)(0x80 | ((surrogate >> 6) & 0x3F));
                bytes[written++] = (byte)(0x80 | (surrogate & 0x3F));
            }
            text = text[(read + 1)..];
        }
    }

    /// <summary>Decodes into at most as many characters as there are bytes.</summary>
    internal static int Decode(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        int written = 0;
        while (true)
        {
            OperationStatus status = Utf8.ToUtf16(
                bytes, text[written..], out int read, out int count, replaceInvalidSequences: false);
            written += count;
            if (status == OperationStatus.Done)
                return written;
            bytes = bytes[read..];
            if (Host.IsWindows && bytes.Length >= 3 && bytes[0] == 0xED && bytes[1] is >= 0xA0 and <= 0xBF
                && bytes[2] is >= 0x80 and <= 0xBF)
            {
                text[written++] = (char)(((bytes[0] & 0xF) << 12) | ((bytes[1] & 0x3F) << 6) | (bytes[2] & 0x3F));
                bytes = bytes[3..];
            }
            else
            {
                text[written++] = (char)(0xDC00 + bytes[0]);
                bytes = bytes[1..];
            }
        }
    }

    internal static string ToText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= 512)
        {
            Span<char> text = stackalloc char[512];
            return new string(text[..Decode(bytes, text)]);
        }
        char[] rented = ArrayPool<char>.Shared.Rent(bytes.Length);
        string result = new(rented, 0, Decode(bytes, rented));
        ArrayPool<char>.Shared.Return(rented);
        return result;
    }

    internal static byte[] ToBytes(ReadOnlySpan<char> text)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(MaxBytes(text.Length));
        byte[] result = rented.AsSpan(0, Encode(text, rented)).ToArray();
        ArrayPool<byte>.Shared.Return(rented);
        return result;
    }
}
