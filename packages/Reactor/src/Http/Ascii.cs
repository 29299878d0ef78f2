namespace Gabbro.Reactor.Http;

/// <summary>Comparisons and lists as field values use them, on bytes.</summary>
internal static class Ascii
{
    /// <summary>Equality without regard to the case of ASCII letters; <paramref name="lower"/> is given in lower case.</summary>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> value, ReadOnlySpan<byte> lower)
    {
        if (value.Length != lower.Length)
            return false;
        for (int i = 0; i < value.Length; i++)
        {
            byte b = value[i];
            if (b != lower[i] && (b is < (byte)'A' or > (byte)'Z' || (b | 0x20) != lower[i]))
                return false;
        }

        return true;
    }

    /// <summary>Leaves out spaces and tabs at both ends.</summary>
    public static ReadOnlySpan<byte> TrimWhiteSpace(ReadOnlySpan<byte> value) => value.Trim(" \t"u8);

    /// <summary>
    /// Takes the next element of a comma-separated list, RFC 9110, section 5.6.1, skipping empty ones.
    /// </summary>
    /// <returns>False at the end of the list.</returns>
    public static bool NextListElement(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> element)
    {
        while (!list.IsEmpty)
        {
            int comma = list.IndexOf((byte)',');
            element = TrimWhiteSpace(comma < 0 ? list : list[..comma]);
            list = comma < 0 ? default : list[(comma + 1)..];
            if (!element.IsEmpty)
                return true;
        }

        element = default;
        return false;
    }

    /// <summary>Parses a plain decimal number: digits only, at least one.</summary>
    /// <returns>False when a byte is not a digit, the value is empty, or it does not fit.</returns>
    public static bool TryParseDecimal(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        if (digits.IsEmpty)
            return false;
        foreach (byte b in digits)
        {
            int digit = b - '0';
            if ((uint)digit > 9 || value > (long.MaxValue - digit) / 10)
                return false;
            value = value * 10 + digit;
        }

        return true;
    }
}
