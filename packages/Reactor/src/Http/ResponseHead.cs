namespace Gabbro.Reactor.Http;

/// <summary>
/// Parses the head of an HTTP/1.1 response where it stands and holds what was found, as offsets into the caller's bytes; as
/// strict as <see cref="RequestHead"/>, because what follows an ambiguous head would be taken for another response.
/// </summary>
/// <remarks>
/// Reusable through <see cref="Reset"/>; allocates only while the table of fields grows to the largest head seen. Of the
/// status line only one liberty is taken that RFC 9112, section 4, does not give: the space before a missing reason may be
/// missing too, as many servers have it. Not thread safe.
/// </remarks>
public sealed class ResponseHead
{
    /// <summary><c>HTTP/1.1 200</c>.</summary>
    private const int StatusLength = VersionToken.Length + 4;

    private readonly HeadLimits _limits;
    private FieldSection _fields;
    private FramingFields _framing;
    private HeadStatus _status;
    private bool _statusLineDone;
    private int _position;
    private int _reasonStart;
    private int _reasonLength;

    /// <summary>Makes a parser with the default limits.</summary>
    public ResponseHead()
        : this(HeadLimits.Default)
    {
    }

    /// <summary>Makes a parser.</summary>
    /// <param name="limits">The largest head to accept; the limit of the request line is that of the status line here.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not positive.</exception>
    public ResponseHead(HeadLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limits.RequestLine, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limits.Total, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limits.Fields, nameof(limits));
        _limits = limits;
        Reset();
    }

    /// <summary>Why the head was refused, after <see cref="HeadStatus.Rejected"/>.</summary>
    public RejectionReason Rejection { get; private set; }

    /// <summary>Bytes from the start of the buffer to the end of the head, after <see cref="HeadStatus.Complete"/>.</summary>
    public int Length => _position;

    /// <summary>The status code, 100 to 599.</summary>
    public int StatusCode { get; private set; }

    /// <summary>The minor version: 1 for HTTP/1.1, 0 for HTTP/1.0.</summary>
    public int MinorVersion { get; private set; }

    /// <summary>The number of field lines.</summary>
    public int FieldCount => _fields.Count;

    /// <summary>The length that Content-Length names, or -1 without one.</summary>
    public long ContentLength => _framing.ContentLength;

    /// <summary>True when the body is framed by the chunked coding.</summary>
    public bool IsChunked => _framing.IsChunked;

    /// <summary>True when the connection may carry another request after this response.</summary>
    public bool IsKeepAlive => !_framing.ConnectionClose && (MinorVersion >= 1 || _framing.ConnectionKeepAlive);

    /// <summary>Forgets the head, keeping the table of fields.</summary>
    public void Reset()
    {
        _position = 0;
        _statusLineDone = false;
        _status = HeadStatus.Incomplete;
        _fields.Count = 0;
        _framing = new FramingFields { ContentLength = -1 };
        _reasonStart = _reasonLength = 0;
        StatusCode = 0;
        Rejection = RejectionReason.None;
    }

    /// <summary>The reason phrase, within the bytes the head was parsed from; often empty, and of no meaning.</summary>
    /// <param name="head">The bytes of the head.</param>
    public ReadOnlySpan<byte> Reason(ReadOnlySpan<byte> head) => head.Slice(_reasonStart, _reasonLength);

    /// <summary>The place of a field line, in the order sent.</summary>
    /// <param name="index">0 to <see cref="FieldCount"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is out of that range.</exception>
    public FieldRange Field(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_fields.Count, nameof(index));
        return _fields.Ranges[index];
    }

    /// <summary>Finds the first field line with a name. Linear in the number of fields; allocates nothing.</summary>
    /// <param name="head">The bytes of the head.</param>
    /// <param name="lowerName">The name in lower case.</param>
    /// <param name="value">The value, within <paramref name="head"/>.</param>
    /// <returns>False when there is none.</returns>
    public bool TryGetField(ReadOnlySpan<byte> head, ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value) =>
        _fields.TryGet(head, lowerName, out value);

    /// <summary>
    /// Parses as far as the bytes go. Call again after <see cref="HeadStatus.Incomplete"/> with the same bytes and more
    /// behind them, at any address.
    /// </summary>
    /// <param name="head">Everything received since the end of the message before.</param>
    /// <returns>Complete, with <see cref="Length"/> saying where the body starts; Incomplete; or Rejected.</returns>
    public HeadStatus Parse(ReadOnlySpan<byte> head)
    {
        if (_status != HeadStatus.Incomplete)
            return _status;
        bool tooLong = head.Length > _limits.Total;
        if (tooLong)
            head = head[.._limits.Total];
        HeadStatus status = ParseLines(head);
        return status == HeadStatus.Incomplete && tooLong ? Reject(RejectionReason.HeadTooLong) : status;
    }

    private HeadStatus ParseLines(ReadOnlySpan<byte> head)
    {
        if (!_statusLineDone)
        {
            HeadStatus line = ParseStatusLine(head);
            if (line != HeadStatus.Complete)
                return line;
            _statusLineDone = true;
        }

        while (true)
        {
            HeadStatus line = _fields.ParseLine(head, ref _position, _limits.Fields, out bool end, out RejectionReason rejection);
            if (line == HeadStatus.Rejected)
                return Reject(rejection);
            if (line == HeadStatus.Incomplete)
                return line;
            if (end)
                return Finish();
            rejection = NoteField(head, _fields.Ranges[_fields.Count - 1]);
            if (rejection != RejectionReason.None)
                return Reject(rejection);
        }
    }

    /// <summary><c>HTTP/1.x SP 3DIGIT [ SP reason ] CR LF</c>; every byte is judged as soon as it is there.</summary>
    private HeadStatus ParseStatusLine(ReadOnlySpan<byte> head)
    {
        RejectionReason version = VersionToken.Check(head, out int minor);
        if (version != RejectionReason.None)
            return Reject(version);
        for (int i = VersionToken.Length; i < Math.Min(head.Length, StatusLength); i++)
        {
            bool fits = i == VersionToken.Length ? head[i] == ' ' : char.IsAsciiDigit((char)head[i]);
            if (!fits)
                return Reject(RejectionReason.InvalidStatusLine);
        }

        if (head.Length <= StatusLength)
            return HeadStatus.Incomplete;
        int code = (head[StatusLength - 3] - '0') * 100 + (head[StatusLength - 2] - '0') * 10 + (head[StatusLength - 1] - '0');
        if (code is < 100 or > 599 || head[StatusLength] is not ((byte)' ' or (byte)'\r'))
            return Reject(head[StatusLength] == '\n' ? RejectionReason.BareLineBreak : RejectionReason.InvalidStatusLine);
        int start = StatusLength + (head[StatusLength] == ' ' ? 1 : 0);
        int end = start + HttpScanner.IndexOfControl(head[start..]);
        if (end > _limits.RequestLine)
            return Reject(RejectionReason.HeadTooLong);
        if (end == head.Length)
            return HeadStatus.Incomplete;
        if (head[end] != '\r')
            return Reject(head[end] == '\n' ? RejectionReason.BareLineBreak : RejectionReason.InvalidStatusLine);
        if (end + 1 == head.Length)
            return HeadStatus.Incomplete;
        if (head[end + 1] != '\n')
            return Reject(RejectionReason.BareLineBreak);
        StatusCode = code;
        MinorVersion = minor;
        _reasonStart = start;
        _reasonLength = end - start;
        _position = end + 2;
        return HeadStatus.Complete;
    }

    private RejectionReason NoteField(ReadOnlySpan<byte> head, in FieldRange range)
    {
        // Expect means nothing in a response.
        return range.NameLength != 6 && FramingFields.MayMatter(range.NameLength)
            ? _framing.Note(range.Name(head), range.Value(head)) : RejectionReason.None;
    }

    private HeadStatus Finish()
    {
        RejectionReason framing = _framing.Check(MinorVersion);
        if (framing != RejectionReason.None)
            return Reject(framing);
        _status = HeadStatus.Complete;
        return HeadStatus.Complete;
    }

    private HeadStatus Reject(RejectionReason reason)
    {
        Rejection = reason;
        _status = HeadStatus.Rejected;
        return HeadStatus.Rejected;
    }
}
