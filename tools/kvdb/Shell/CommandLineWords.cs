using System.Globalization;
using System.Text;
using Gabbro.Tools.Kvdb.Serving;

namespace Gabbro.Tools.Kvdb.Shell;

/// <summary>Splits a command into words, with quotes; turns words into bytes and bytes into words.</summary>
internal static class CommandLineWords
{
    private const char ByteBase = '\uE000';

    public static List<string> Split(string line)
    {
        var words = new List<string>();
        var i = 0;
        while (true)
        {
            while (i < line.Length && char.IsWhiteSpace(line[i]))
                i++;
            if (i == line.Length)
                return words;
            var word = new StringBuilder();
            while (i < line.Length && !char.IsWhiteSpace(line[i]))
            {
                if (line[i] is '"' or '\'')
                    i = ReadQuoted(line, i, word);
                else
                    word.Append(line[i++]);
            }

            words.Add(word.ToString());
        }
    }

    /// <summary>0x and hex digits are those bytes, everything else is UTF-8.</summary>
    public static byte[] Bytes(string word)
    {
        if (word.Length > 2 && word.StartsWith("0x", StringComparison.Ordinal))
            return Hex.Decode(word[2..]);
        var bytes = new List<byte>();
        foreach (var rune in word.EnumerateRunes())
        {
            // Escaped bytes travel as characters of a private area.
            if (rune.Value >= ByteBase && rune.Value < ByteBase + 256)
                bytes.Add((byte)(rune.Value - ByteBase));
            else
                bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
        }

        return bytes.ToArray();
    }

    /// <summary>Printable UTF-8 as it is, everything else in hex.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return text.Any(char.IsControl) ? "0x" + Convert.ToHexStringLower(bytes) : text;
        }
        catch (DecoderFallbackException)
        {
            return "0x" + Convert.ToHexStringLower(bytes);
        }
    }

    private static int ReadQuoted(string line, int start, StringBuilder word)
    {
        var quote = line[start];
        var i = start + 1;
        while (i < line.Length && line[i] != quote)
        {
            if (line[i] == '\\' && quote == '"' && i + 1 < line.Length)
                i = ReadEscape(line, i + 1, word);
            else
                word.Append(line[i++]);
        }

        return i < line.Length ? i + 1 : throw new UsageException("a quote is not closed");
    }

    private static int ReadEscape(string line, int i, StringBuilder word)
    {
        if (line[i] == 'x' && i + 2 < line.Length
            && byte.TryParse(line.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value))
        {
            word.Append((char)(ByteBase + value));
            return i + 3;
        }

        word.Append(line[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', var c => c });
        return i + 1;
    }
}
