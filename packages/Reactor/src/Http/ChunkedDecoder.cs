namespace Gabbro.Reactor.Http;

/// <summary>
/// Decodes the chunked transfer coding, RFC 9112, section 7.1, where it stands: it points at runs of body bytes and
/// consumes the framing between them. Strict about every byte of it.
/// </summary>
/// <remarks>
/// <para>A chunk line ends in CR LF, never in a bare LF, and an extension is parsed as the grammar has it: readers that
/// skip extensions "until a line break" disagree about which byte that is (CVE-2025-55315 and its like).</para>
/// <para>Extension bytes and zeros before a size cost the server work and carry nothing; their sum over the whole body is
/// limited. Trailers are validated, counted and dropped, as section 7.1.2 permits.</para>
/// <para>A mutable struct; the state of one body. Allocates nothing. Not thread safe.</para>
/// </remarks>
public struct ChunkedDecoder
{
    /// <summary>Far more than extensions in the wild use (signatures of 64 hexadecimal digits a chunk) and far less than an attack needs.</summary>
    private const int MaxOverheadPerChunk = 256;
    private const int MaxOverheadTotal = 64 * 1024;
    private const int MaxTrailerBytes = 8 * 1024;
    private const int MaxTrailerFields = 64;

    private enum State : byte
    {
        Size,
        SizeDigits,
        ExtensionStart,
        ExtensionName,
        ExtensionValueStart,
        ExtensionToken,
        ExtensionQuoted,
        ExtensionQuotedPair,
        ExtensionAfterQuoted,
        SizeLineFeed,
        Data,
        DataCarriageReturn,
        DataLineFeed,
        TrailerStart,
        TrailerName,
        TrailerValue,
        TrailerLineFeed,
        EndLineFeed,
        Ended,
        Failed,
    }

    private State _state;
    private long _remaining;
    private int _overhead;
    private int _overheadTotal;
    private int _trailerBytes;
    private int _trailerFields;

    /// <summary>Why the body was refused, after <see cref="ChunkStatus.Rejected"/>.</summary>
    public RejectionReason Rejection { get; private set; }

    /// <summary>True when the last chunk and the trailers have been read.</summary>
    public readonly bool IsEnded => _state == State.Ended;

    /// <summary>Consumes framing up to the next run of body bytes.</summary>
    /// <param name="input">The bytes at hand.</param>
    /// <param name="consumed">How many of them are done with, the run of data included.</param>
    /// <param name="data">The run: the last bytes of what was consumed. Empty unless the status is <see cref="ChunkStatus.Data"/>.</param>
    /// <returns>What was found.</returns>
    public ChunkStatus Read(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> data)
    {
        data = default;
        int i = 0;
        while (i < input.Length)
        {
            if (_state == State.Data)
            {
                int run = (int)Math.Min(_remaining, input.Length - i);
                _remaining -= run;
                if (_remaining == 0)
                    _state = State.DataCarriageReturn;
                data = input.Slice(i, run);
                consumed = i + run;
                return ChunkStatus.Data;
            }

            if (_state >= State.Ended)
                break;
            RejectionReason rejection = Step(input[i]);
            if (rejection != RejectionReason.None)
            {
                Rejection = rejection;
                _state = State.Failed;
                break;
            }

            i++;
        }

        consumed = i;
        return _state switch
        {
            State.Ended => ChunkStatus.End,
            State.Failed => ChunkStatus.Rejected,
            _ => ChunkStatus.NeedMore,
        };
    }

    private RejectionReason Step(byte b)
    {
        switch (_state)
        {
            case State.Size:
                _overhead = 0;
                _remaining = 0;
                if (!char.IsAsciiHexDigit((char)b))
                    return RejectionReason.InvalidChunkSize;
                _state = State.SizeDigits;
                return AddDigit(b);
            case State.SizeDigits:
                if (char.IsAsciiHexDigit((char)b))
                    return AddDigit(b);
                return EndOfElement(b, RejectionReason.InvalidChunkSize);
            case >= State.ExtensionStart and <= State.ExtensionAfterQuoted:
                return StepExtension(b);
            case State.SizeLineFeed:
                if (b != '\n')
                    return RejectionReason.BareLineBreak;
                _state = _remaining == 0 ? State.TrailerStart : State.Data;
                return RejectionReason.None;
            case State.DataCarriageReturn:
                _state = State.DataLineFeed;
                return b == '\r' ? RejectionReason.None : RejectionReason.InvalidChunkEnd;
            case State.DataLineFeed:
                _state = State.Size;
                return b == '\n' ? RejectionReason.None : RejectionReason.InvalidChunkEnd;
            default:
                return StepTrailer(b);
        }
    }

    private RejectionReason AddDigit(byte b)
    {
        int digit = char.IsAsciiDigit((char)b) ? b - '0' : (b | 0x20) - 'a' + 10;
        if (_remaining == 0 && digit == 0)
            return AddOverhead();
        if (_remaining > (long.MaxValue >> 4))
            return RejectionReason.InvalidChunkSize;
        _remaining = (_remaining << 4) + digit;
        return RejectionReason.None;
    }

    private RejectionReason AddOverhead()
    {
        _overhead++;
        _overheadTotal++;
        return _overhead > MaxOverheadPerChunk || _overheadTotal > MaxOverheadTotal
            ? RejectionReason.ChunkOverheadTooLarge : RejectionReason.None;
    }

    /// <summary>After a size, an extension's name or its value: another extension or the end of the line.</summary>
    private RejectionReason EndOfElement(byte b, RejectionReason otherwise)
    {
        if (b == '\r')
            _state = State.SizeLineFeed;
        else if (b == ';')
            _state = State.ExtensionStart;
        else
            return b == '\n' ? RejectionReason.BareLineBreak : otherwise;
        return RejectionReason.None;
    }

    /// <summary>
    /// <c>*( ";" name [ "=" ( token / quoted-string ) ] )</c>. The "bad white space" that the grammar tolerates around the
    /// separators is refused: nobody sends it, and intermediaries disagree about it.
    /// </summary>
    private RejectionReason StepExtension(byte b)
    {
        RejectionReason overhead = AddOverhead();
        if (overhead != RejectionReason.None)
            return overhead;
        switch (_state)
        {
            case State.ExtensionStart:
                _state = State.ExtensionName;
                return HttpScanner.IsToken(b) ? RejectionReason.None : BadExtension(b);
            case State.ExtensionName:
                if (HttpScanner.IsToken(b))
                    return RejectionReason.None;
                if (b == '=')
                {
                    _state = State.ExtensionValueStart;
                    return RejectionReason.None;
                }

                return EndOfElement(b, RejectionReason.InvalidChunkExtension);
            case State.ExtensionValueStart:
                _state = b == '"' ? State.ExtensionQuoted : State.ExtensionToken;
                return b == '"' || HttpScanner.IsToken(b) ? RejectionReason.None : BadExtension(b);
            case State.ExtensionToken:
                return HttpScanner.IsToken(b) ? RejectionReason.None : EndOfElement(b, RejectionReason.InvalidChunkExtension);
            case State.ExtensionQuoted:
                if (b == '"')
                    _state = State.ExtensionAfterQuoted;
                else if (b == '\\')
                    _state = State.ExtensionQuotedPair;
                else if (IsControl(b))
                    return BadExtension(b);
                return RejectionReason.None;
            case State.ExtensionQuotedPair:
                _state = State.ExtensionQuoted;
                return IsControl(b) ? BadExtension(b) : RejectionReason.None;
            default:
                return EndOfElement(b, RejectionReason.InvalidChunkExtension);
        }
    }

    private static RejectionReason BadExtension(byte b) =>
        b is (byte)'\r' or (byte)'\n' ? RejectionReason.BareLineBreak : RejectionReason.InvalidChunkExtension;

    private static bool IsControl(byte b) => (b < 0x20 && b != '\t') || b == 0x7F;

    private RejectionReason StepTrailer(byte b)
    {
        if (++_trailerBytes > MaxTrailerBytes)
            return RejectionReason.InvalidTrailer;
        switch (_state)
        {
            case State.TrailerStart:
                if (b == '\r')
                {
                    _state = State.EndLineFeed;
                    return RejectionReason.None;
                }

                _state = State.TrailerName;
                return HttpScanner.IsToken(b) && ++_trailerFields <= MaxTrailerFields ? RejectionReason.None : RejectionReason.InvalidTrailer;
            case State.TrailerName:
                if (b == ':')
                    _state = State.TrailerValue;
                else if (!HttpScanner.IsToken(b))
                    return RejectionReason.InvalidTrailer;
                return RejectionReason.None;
            case State.TrailerValue:
                if (b == '\r')
                    _state = State.TrailerLineFeed;
                else if (IsControl(b))
                    return RejectionReason.InvalidTrailer;
                return RejectionReason.None;
            case State.TrailerLineFeed:
                _state = State.TrailerStart;
                return b == '\n' ? RejectionReason.None : RejectionReason.InvalidTrailer;
            default:
                _state = State.Ended;
                return b == '\n' ? RejectionReason.None : RejectionReason.BareLineBreak;
        }
    }
}
