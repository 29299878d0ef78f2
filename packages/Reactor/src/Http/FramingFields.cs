namespace Gabbro.Reactor.Http;

/// <summary>
/// What the fields of a head say about where its body ends and whether the connection goes on: RFC 9112, sections 6 and 9.
/// Two readers that disagree here are what request smuggling lives on, so nothing ambiguous passes.
/// </summary>
internal struct FramingFields
{
    /// <summary>-1 without the field.</summary>
    public long ContentLength;

    public bool IsChunked;
    public bool HasTransferEncoding;
    public bool ConnectionClose;
    public bool ConnectionKeepAlive;
    public bool ConnectionUpgrade;
    public bool HasUpgrade;
    public bool ExpectsContinue;

    /// <summary>False when no field with a name of this length has a say: most fields cost one comparison.</summary>
    public static bool MayMatter(int nameLength) => nameLength is 6 or 7 or 10 or 14 or 17;

    /// <summary>Takes a field into account.</summary>
    public RejectionReason Note(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name.Length)
        {
            case 6 when Ascii.EqualsIgnoreCase(name, "expect"u8):
                if (!Ascii.EqualsIgnoreCase(value, "100-continue"u8))
                    return RejectionReason.UnsupportedExpectation;
                ExpectsContinue = true;
                return RejectionReason.None;
            case 7 when Ascii.EqualsIgnoreCase(name, "upgrade"u8):
                HasUpgrade = true;
                return RejectionReason.None;
            case 10 when Ascii.EqualsIgnoreCase(name, "connection"u8):
                NoteConnection(value);
                return RejectionReason.None;
            case 14 when Ascii.EqualsIgnoreCase(name, "content-length"u8):
                return NoteContentLength(value);
            case 17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8):
                return NoteTransferEncoding(value);
            default:
                return RejectionReason.None;
        }
    }

    /// <summary>What only the whole head shows.</summary>
    public readonly RejectionReason Check(int minorVersion)
    {
        if (!HasTransferEncoding)
            return RejectionReason.None;
        if (ContentLength >= 0)
            return RejectionReason.LengthAndTransferEncoding;
        return minorVersion == 0 ? RejectionReason.TransferEncodingInOldVersion : RejectionReason.None;
    }

    private void NoteConnection(ReadOnlySpan<byte> value)
    {
        while (Ascii.NextListElement(ref value, out ReadOnlySpan<byte> option))
        {
            if (Ascii.EqualsIgnoreCase(option, "close"u8))
                ConnectionClose = true;
            else if (Ascii.EqualsIgnoreCase(option, "keep-alive"u8))
                ConnectionKeepAlive = true;
            else if (Ascii.EqualsIgnoreCase(option, "upgrade"u8))
                ConnectionUpgrade = true;
        }
    }

    private RejectionReason NoteContentLength(ReadOnlySpan<byte> value)
    {
        // A repeated length is refused even when the values agree: which of them a proxy in front kept is its secret.
        if (ContentLength >= 0)
            return RejectionReason.InvalidContentLength;
        if (Ascii.TryParseDecimal(value, out long length))
        {
            ContentLength = length;
            return RejectionReason.None;
        }

        return value.IsEmpty || value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0
            ? RejectionReason.InvalidContentLength : RejectionReason.BodyTooLarge;
    }

    private RejectionReason NoteTransferEncoding(ReadOnlySpan<byte> value)
    {
        if (HasTransferEncoding)
            return RejectionReason.InvalidTransferEncoding;
        HasTransferEncoding = true;
        bool other = false;
        while (Ascii.NextListElement(ref value, out ReadOnlySpan<byte> coding))
        {
            // Chunked must be the last coding and stand once.
            if (IsChunked)
                return RejectionReason.InvalidTransferEncoding;
            if (Ascii.EqualsIgnoreCase(coding, "chunked"u8))
                IsChunked = true;
            else
                other = true;
        }

        if (!IsChunked)
            return RejectionReason.InvalidTransferEncoding;
        return other ? RejectionReason.UnsupportedTransferEncoding : RejectionReason.None;
    }
}
