using System.Text;
using Gabbro.Platform;
using Gabbro.Tools.FastSearch.Options;

namespace Gabbro.Tools.FastSearch.Matching;

/// <summary>Text in another encoding as UTF-8: what --encoding names, or what a byte order mark tells.</summary>
internal sealed class DecodedSource : ITextSource
{
    private readonly ITextSource _raw;
    private readonly Decoder _decoder;
    private readonly byte[] _bytes = new byte[32 << 10];
    private readonly char[] _characters = new char[32 << 10];
    private readonly byte[] _encoded = new byte[128 << 10];
    private int _given, _pending;
    private bool _ended;

    private DecodedSource(ITextSource raw, Encoding encoding)
    {
        _raw = raw;
        _decoder = encoding.GetDecoder();
    }

    /// <summary>Looks at the first bytes and puts what is needed around the source.</summary>
    internal static ITextSource Open(FileSource raw, string name, byte[] head, out NativeError error)
    {
        error = default;
        if (name == "none") return raw;
        if (!raw.TryPeek(out ReadOnlySpan<byte> first, out error)) return raw;
        // A pipe may give less than a mark at first; then its first bytes are put together one read at a time.
        if (first.Length >= 3 && !Decodes(first, name)) return raw;
        int filled = 0;
        while (filled < 3 && raw.TryRead(head.AsSpan(filled, 3 - filled), out int count, out error) && count > 0) filled += count;
        ReadOnlySpan<byte> bytes = head.AsSpan(0, filled);
        ITextSource whole = new HeadedSource(bytes.ToArray(), raw);
        Encoding? marked = bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? Encoding.Unicode
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? Encoding.BigEndianUnicode : null;
        if (marked is not null) return new DecodedSource(new HeadedSource(bytes[2..].ToArray(), raw), marked);
        if (bytes.SequenceEqual((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) return raw;
        Encoding? encoding = Parse(name);
        return encoding is null ? whole : new DecodedSource(whole, encoding);
    }

    /// <summary>Whether a text that begins so would not be searched as it lies in its file.</summary>
    internal static bool Decodes(ReadOnlySpan<byte> first, string name) => name != "none" && (Parse(name) is not null
        || first.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || first.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
        || first.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]));

    /// <summary>The encoding of that name, or <see langword="null"/> where bytes are taken as they are.</summary>
    /// <exception cref="UsageException">There is no such encoding.</exception>
    internal static Encoding? Parse(string name) => name.ToLowerInvariant() switch
    {
        "auto" or "none" or "utf-8" or "utf8" => null,
        "utf-16" or "utf-16le" or "utf16le" => Encoding.Unicode,
        "utf-16be" or "utf16be" => Encoding.BigEndianUnicode,
        // On the web these all mean windows-1252, and so they do for ripgrep.
        "latin1" or "iso-8859-1" or "windows-1252" or "ascii" => CodePagesEncodingProvider.Instance.GetEncoding(1252),
        _ => throw new UsageException($"There is no encoding '{name}'; there are auto, none, utf-8, utf-16le, utf-16be and latin1."),
    };

    public bool TryRead(Span<byte> buffer, out int count, out NativeError error)
    {
        error = default;
        while (_given == _pending && !_ended)
        {
            if (!_raw.TryRead(_bytes, out int read, out error))
            {
                count = 0;
                return false;
            }
            _ended = read == 0;
            int characters = _decoder.GetChars(_bytes.AsSpan(0, read), _characters, flush: _ended);
            _pending = Encoding.UTF8.GetBytes(_characters.AsSpan(0, characters), _encoded);
            _given = 0;
        }
        count = int.Min(buffer.Length, _pending - _given);
        _encoded.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return true;
    }
}
