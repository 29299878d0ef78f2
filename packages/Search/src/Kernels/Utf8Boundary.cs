namespace Gabbro.Search.Kernels;

/// <summary>Whether a byte range begins or ends inside a UTF-8 character.</summary>
internal static unsafe class Utf8Boundary
{
    internal static bool Splits(byte* haystack, nint length, nint start, nint count) =>
        IsContinuation(haystack[start])
        || (start + count < length && IsContinuation(haystack[start + count]));

    internal static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;
}
