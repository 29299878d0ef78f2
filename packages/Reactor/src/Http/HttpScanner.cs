using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gabbro.Reactor.Http;

/// <summary>
/// The byte classes of HTTP/1.1 and vectorised scans for the first byte outside them. A scan both finds the end of an
/// element and proves every byte before it, so each byte of a head is looked at once.
/// </summary>
internal static class HttpScanner
{
    /// <summary>
    /// Membership by nibbles: bit <c>h</c> of entry <c>l</c> is set when byte <c>h·16+l</c> belongs to the class. Bytes from
    /// 0x80 up select no bit and belong to no class. One shuffle by the low nibble, one by the high, one AND.
    /// </summary>
    private static readonly Vector128<byte> TokenClass = BuildClass(IsTokenByte);
    private static readonly Vector128<byte> TargetClass = BuildClass(IsTargetByte);

    private static readonly Vector128<byte> HighNibbleBit =
        Vector128.Create((byte)1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0);

    private static readonly bool[] TokenTable = BuildTable(IsTokenByte);
    private static readonly bool[] TargetTable = BuildTable(IsTargetByte);

    /// <summary>The characters of a token, RFC 9110, section 5.6.2.</summary>
    public static bool IsToken(byte value) => TokenTable[value];

    /// <summary>The index of the first byte that no token has, or the length when all are token characters.</summary>
    public static int IndexOfNonToken(ReadOnlySpan<byte> bytes) => IndexOutside(bytes, TokenClass, TokenTable);

    /// <summary>The index of the first byte that no request target has, or the length.</summary>
    public static int IndexOfNonTarget(ReadOnlySpan<byte> bytes) => IndexOutside(bytes, TargetClass, TargetTable);

    /// <summary>
    /// The index of the first control character other than tab (NUL, CR, LF, DEL and their kin), or the length: the end of
    /// a field value, or what has no business in one.
    /// </summary>
    public static int IndexOfControl(ReadOnlySpan<byte> bytes)
    {
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        nuint length = (nuint)bytes.Length;
        nuint i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + 32 <= length; i += 32)
            {
                Vector256<byte> v = Vector256.LoadUnsafe(ref start, i);
                Vector256<byte> bad =
                    Vector256.AndNot(Vector256.LessThan(v, Vector256.Create((byte)0x20)), Vector256.Equals(v, Vector256.Create((byte)'\t')))
                    | Vector256.Equals(v, Vector256.Create((byte)0x7F));
                uint mask = bad.ExtractMostSignificantBits();
                if (mask != 0)
                    return (int)i + System.Numerics.BitOperations.TrailingZeroCount(mask);
            }
        }

        if (Vector128.IsHardwareAccelerated)
        {
            for (; i + 16 <= length; i += 16)
            {
                Vector128<byte> v = Vector128.LoadUnsafe(ref start, i);
                Vector128<byte> bad =
                    Vector128.AndNot(Vector128.LessThan(v, Vector128.Create((byte)0x20)), Vector128.Equals(v, Vector128.Create((byte)'\t')))
                    | Vector128.Equals(v, Vector128.Create((byte)0x7F));
                uint mask = bad.ExtractMostSignificantBits();
                if (mask != 0)
                    return (int)i + System.Numerics.BitOperations.TrailingZeroCount(mask);
            }
        }

        for (; i < length; i++)
        {
            byte b = Unsafe.Add(ref start, i);
            if ((b < 0x20 && b != '\t') || b == 0x7F)
                break;
        }

        return (int)i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int IndexOutside(ReadOnlySpan<byte> bytes, Vector128<byte> members, bool[] table)
    {
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        nuint length = (nuint)bytes.Length;
        nuint i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            for (; i + 16 <= length; i += 16)
            {
                Vector128<byte> v = Vector128.LoadUnsafe(ref start, i);
                Vector128<byte> byLow = Vector128.ShuffleNative(members, v & Vector128.Create((byte)0x0F));
                Vector128<byte> byHigh = Vector128.ShuffleNative(HighNibbleBit, Vector128.ShiftRightLogical(v, 4));
                uint outside = Vector128.Equals(byLow & byHigh, Vector128<byte>.Zero).ExtractMostSignificantBits();
                if (outside != 0)
                    return (int)i + System.Numerics.BitOperations.TrailingZeroCount(outside);
            }
        }

        for (; i < length; i++)
        {
            if (!table[Unsafe.Add(ref start, i)])
                break;
        }

        return (int)i;
    }

    private static bool IsTokenByte(int b) =>
        b is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9')
            or '!' or '#' or '$' or '%' or '&' or '\'' or '*' or '+' or '-' or '.' or '^' or '_' or '`' or '|' or '~';

    /// <summary>Visible ASCII but for what every client escapes and only an attack sends raw.</summary>
    private static bool IsTargetByte(int b) => b is > 0x20 and < 0x7F and not '#' and not '"' and not '<' and not '>';

    private static Vector128<byte> BuildClass(Func<int, bool> member)
    {
        Span<byte> bits = stackalloc byte[16];
        for (int b = 0; b < 128; b++)
        {
            if (member(b))
                bits[b & 15] |= (byte)(1 << (b >> 4));
        }

        return Vector128.Create<byte>(bits);
    }

    private static bool[] BuildTable(Func<int, bool> member)
    {
        bool[] table = new bool[256];
        for (int b = 0; b < 256; b++)
            table[b] = member(b);
        return table;
    }
}
