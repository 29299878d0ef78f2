namespace Gabbro.Tools.Kvdb.Serving;

/// <summary>Bytes as lower-case hex; the empty string is "-".</summary>
internal static class Hex
{
    public static string Encode(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "-" : Convert.ToHexStringLower(bytes);

    public static byte[] Decode(string text)
    {
        if (text == "-")
            return [];
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw new UsageException($"'{(text.Length > 40 ? text[..40] + "..." : text)}' is not hex");
        }
    }

    /// <summary>The least key behind all that start with the prefix, or null if there is none.</summary>
    public static byte[]? PrefixEnd(ReadOnlySpan<byte> prefix)
    {
        var length = prefix.Length;
        while (length > 0 && prefix[length - 1] == 0xFF)
            length--;
        if (length == 0)
            return null;
        var end = prefix[..length].ToArray();
        end[length - 1]++;
        return end;
    }
}
