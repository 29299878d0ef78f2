using System.Runtime.CompilerServices;

namespace Gabbro.Reactor.Http;

/// <summary>
/// Parses the head of an HTTP/1.1 request where it stands and holds what was found, as offsets into the caller's bytes.
/// Strict: whatever RFC 9110 and RFC 9112 let a server refuse because two readers could understand it differently is
/// refused, and has a <see cref="RejectionReason"/> of its own.
/// </summary>
/// <remarks>
/// Reusable through <see cref="Reset"/>; allocates only while the table of fields grows to the largest head seen.
/// Feeding a head in pieces costs one look at each byte, but for the unfinished line. Not thread safe.
/// </remarks>
public sealed class RequestHead
{
    /// <summary>"at least one" empty line before a request should be ignored (RFC 9112, 2.2); endless ones are an attack.</summary>
    private const int MaxLeadingEmptyLines = 4;

    /// <summary>The longest registered method has 17 bytes.</summary>
    private const int MaxMethodLength = 32;

    /// <summary>The version and the line break behind it.</summary>
    private const int VersionLineLength = VersionToken.Length + 2;

    private readonly HeadLimits _limits;
    private FieldSection _fields;
    private int _position;
    private int _emptyLines;
    private bool _requestLineDone;
    private HeadStatus _status;
    private FramingFields _framing;
    private int _methodStart;
    private int _methodLength;
    private int _targetStart;
    private int _targetLength;
    private int _hostField;

    /// <summary>Makes a parser with the default limits.</summary>
    public RequestHead()
        : this(HeadLimits.Default)
    {
    }

    /// <summary>Makes a parser.</summary>
    /// <param name="limits">The largest head to accept.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not positive.</exception>
    public RequestHead(HeadLimits limits)
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

    /// <summary>True once any byte of the request line has been seen: the client has begun a request.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The method.</summary>
    public RequestMethod Method { get; private set; }

    /// <summary>The form of the target.</summary>
    public TargetForm Form { get; private set; }

    /// <summary>The minor version: 1 for HTTP/1.1, 0 for HTTP/1.0.</summary>
    public int MinorVersion { get; private set; }

    /// <summary>The number of field lines.</summary>
    public int FieldCount => _fields.Count;

    /// <summary>The length that Content-Length names, or -1 without one.</summary>
    public long ContentLength => _framing.ContentLength;

    /// <summary>True when the body is framed by the chunked coding.</summary>
    public bool IsChunked => _framing.IsChunked;

    /// <summary>True when the connection may carry another request after this one.</summary>
    public bool IsKeepAlive => !_framing.ConnectionClose && (MinorVersion >= 1 || _framing.ConnectionKeepAlive);

    /// <summary>True when the client waits for 100 (Continue) before it sends the body.</summary>
    public bool ExpectsContinue => _framing.ExpectsContinue && MinorVersion >= 1;

    /// <summary>True when the request has Upgrade and says so in Connection.</summary>
    public bool IsUpgrade => _framing.ConnectionUpgrade && _framing.HasUpgrade && MinorVersion >= 1;

    /// <summary>True when a body follows.</summary>
    public bool HasBody => IsChunked || ContentLength > 0;

    /// <summary>Forgets the head, keeping the table of fields.</summary>
    public void Reset()
    {
        _position = 0;
        _emptyLines = 0;
        _requestLineDone = false;
        _status = HeadStatus.Incomplete;
        _fields.Count = 0;
        _framing = new FramingFields { ContentLength = -1 };
        _hostField = -1;
        Rejection = RejectionReason.None;
        HasBegun = false;
    }

    /// <summary>The bytes of the method, within the bytes the head was parsed from.</summary>
    /// <param name="head">The bytes of the head.</param>
    public ReadOnlySpan<byte> MethodName(ReadOnlySpan<byte> head) => head.Slice(_methodStart, _methodLength);

    /// <summary>The request target as sent, within the bytes the head was parsed from.</summary>
    /// <param name="head">The bytes of the head.</param>
    public ReadOnlySpan<byte> Target(ReadOnlySpan<byte> head) => head.Slice(_targetStart, _targetLength);

    /// <summary>
    /// The path of the target, still percent-encoded: up to the question mark, and behind the authority of an absolute form.
    /// </summary>
    /// <param name="head">The bytes of the head.</param>
    /// <returns>At least <c>/</c> for the origin and absolute forms; empty for the two others.</returns>
    public ReadOnlySpan<byte> Path(ReadOnlySpan<byte> head)
    {
        if (Form is TargetForm.Authority or TargetForm.Asterisk)
            return default;
        ReadOnlySpan<byte> target = PathAndQuery(head);
        int query = target.IndexOf((byte)'?');
        ReadOnlySpan<byte> path = query < 0 ? target : target[..query];
        return path.IsEmpty ? "/"u8 : path;
    }

    /// <summary>The query of the target without its question mark, still percent-encoded; empty without one.</summary>
    /// <param name="head">The bytes of the head.</param>
    public ReadOnlySpan<byte> Query(ReadOnlySpan<byte> head)
    {
        if (Form is TargetForm.Authority or TargetForm.Asterisk)
            return default;
        ReadOnlySpan<byte> target = PathAndQuery(head);
        int query = target.IndexOf((byte)'?');
        return query < 0 ? default : target[(query + 1)..];
    }

    /// <summary>
    /// The host and port the request is for: the authority of an absolute target, else the Host field (RFC 9112, 3.2.2).
    /// </summary>
    /// <param name="head">The bytes of the head.</param>
    public ReadOnlySpan<byte> Authority(ReadOnlySpan<byte> head)
    {
        if (Form == TargetForm.Authority)
            return Target(head);
        if (Form == TargetForm.Absolute)
        {
            ReadOnlySpan<byte> rest = AfterScheme(Target(head));
            int end = rest.IndexOfAny((byte)'/', (byte)'?');
            return end < 0 ? rest : rest[..end];
        }

        return _hostField < 0 ? default : _fields.Ranges[_hostField].Value(head);
    }

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

        // Nothing past the limit is looked at, so that the verdict does not depend on how much arrived at once.
        bool tooLong = head.Length > _limits.Total;
        if (tooLong)
            head = head[.._limits.Total];
        HeadStatus status = ParseLines(head);
        if (status == HeadStatus.Incomplete && tooLong)
            return Reject(_requestLineDone ? RejectionReason.HeadTooLong : RejectionReason.RequestLineTooLong);
        return status;
    }

    private HeadStatus ParseLines(ReadOnlySpan<byte> head)
    {
        if (!_requestLineDone)
        {
            HeadStatus line = ParseRequestLine(head);
            if (line != HeadStatus.Complete)
                return line;
            _requestLineDone = true;
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
            rejection = NoteField(head, _fields.Count - 1);
            if (rejection != RejectionReason.None)
                return Reject(rejection);
        }
    }

    private HeadStatus Reject(RejectionReason reason)
    {
        Rejection = reason;
        _status = HeadStatus.Rejected;
        return HeadStatus.Rejected;
    }

    private HeadStatus ParseRequestLine(ReadOnlySpan<byte> head)
    {
        while (_position < head.Length && head[_position] is (byte)'\r' or (byte)'\n')
        {
            if (head[_position] == '\n')
                return Reject(RejectionReason.BareLineBreak);
            if (_position + 1 == head.Length)
                return HeadStatus.Incomplete;
            if (head[_position + 1] != '\n')
                return Reject(RejectionReason.BareLineBreak);
            if (++_emptyLines > MaxLeadingEmptyLines)
                return Reject(RejectionReason.LeadingEmptyLines);
            _position += 2;
        }

        ReadOnlySpan<byte> rest = head[_position..];
        if (rest.IsEmpty)
            return HeadStatus.Incomplete;
        HasBegun = true;
        int methodLength = HttpScanner.IndexOfNonToken(rest[..Math.Min(rest.Length, MaxMethodLength + 1)]);
        if (methodLength > MaxMethodLength)
            return Reject(RejectionReason.InvalidMethod);
        if (methodLength == rest.Length)
            return HeadStatus.Incomplete;
        if (methodLength == 0 || rest[methodLength] != ' ')
            return Reject(RejectionReason.InvalidMethod);
        int targetStart = methodLength + 1;
        int targetLength = HttpScanner.IndexOfNonTarget(rest[targetStart..]);
        int targetEnd = targetStart + targetLength;
        if (targetEnd > _limits.RequestLine)
            return Reject(RejectionReason.RequestLineTooLong);
        if (targetEnd == rest.Length)
            return HeadStatus.Incomplete;
        if (targetLength == 0 || rest[targetEnd] != ' ')
            return Reject(rest[targetEnd] is (byte)'\r' or (byte)'\n' && targetLength != 0 ? RejectionReason.InvalidVersion : RejectionReason.InvalidTarget);

        HeadStatus version = ParseVersion(rest[(targetEnd + 1)..]);
        if (version != HeadStatus.Complete)
            return version;
        _methodStart = _position;
        _methodLength = methodLength;
        _targetStart = _position + targetStart;
        _targetLength = targetLength;
        Method = RequestMethods.Recognise(rest[..methodLength]);
        if (!RecogniseForm(rest.Slice(targetStart, targetLength)))
            return Reject(RejectionReason.InvalidTarget);
        _position += targetEnd + 1 + VersionLineLength;
        return HeadStatus.Complete;
    }

    /// <summary>Exactly <c>HTTP/1.x CR LF</c>.</summary>
    private HeadStatus ParseVersion(ReadOnlySpan<byte> rest)
    {
        RejectionReason version = VersionToken.Check(rest, out int minor);
        if (version != RejectionReason.None)
            return Reject(version);
        if (rest.Length > VersionToken.Length && rest[VersionToken.Length] != '\r')
            return Reject(rest[VersionToken.Length] == '\n' ? RejectionReason.BareLineBreak : RejectionReason.InvalidVersion);
        if (rest.Length < VersionLineLength)
            return HeadStatus.Incomplete;
        if (rest[VersionToken.Length + 1] != '\n')
            return Reject(RejectionReason.BareLineBreak);
        MinorVersion = minor;
        return HeadStatus.Complete;
    }

    private bool RecogniseForm(ReadOnlySpan<byte> target)
    {
        if (Method == RequestMethod.Connect)
        {
            Form = TargetForm.Authority;
            return HostRule.IsValid(target, requirePort: true);
        }

        if (target[0] == '/')
        {
            Form = TargetForm.Origin;
            return true;
        }

        if (target[0] == '*')
        {
            Form = TargetForm.Asterisk;
            return target.Length == 1 && Method == RequestMethod.Options;
        }

        Form = TargetForm.Absolute;
        ReadOnlySpan<byte> rest = AfterScheme(target);
        int end = rest.IndexOfAny((byte)'/', (byte)'?');
        ReadOnlySpan<byte> authority = end < 0 ? rest : rest[..end];
        return rest.Length != target.Length && !authority.IsEmpty && HostRule.IsValid(authority, requirePort: false);
    }

    /// <summary>What follows <c>http://</c> or <c>https://</c>, or all of it when there is no such scheme.</summary>
    private static ReadOnlySpan<byte> AfterScheme(ReadOnlySpan<byte> target)
    {
        if (target.Length > 7 && Ascii.EqualsIgnoreCase(target[..7], "http://"u8))
            return target[7..];
        return target.Length > 8 && Ascii.EqualsIgnoreCase(target[..8], "https://"u8) ? target[8..] : target;
    }

    private ReadOnlySpan<byte> PathAndQuery(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> target = Target(head);
        if (Form == TargetForm.Origin)
            return target;
        ReadOnlySpan<byte> rest = AfterScheme(target);
        int end = rest.IndexOfAny((byte)'/', (byte)'?');
        return end < 0 ? default : rest[end..];
    }

    /// <summary>Looks at a field only when its name can be one that decides framing or routing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RejectionReason NoteField(ReadOnlySpan<byte> head, int index)
    {
        ref readonly FieldRange range = ref _fields.Ranges[index];
        if (range.NameLength == 4)
            return Ascii.EqualsIgnoreCase(range.Name(head), "host"u8) ? NoteHost(head, index) : RejectionReason.None;
        return FramingFields.MayMatter(range.NameLength) ? _framing.Note(range.Name(head), range.Value(head)) : RejectionReason.None;
    }

    private RejectionReason NoteHost(ReadOnlySpan<byte> head, int index)
    {
        if (_hostField >= 0)
            return RejectionReason.DuplicateHost;
        _hostField = index;
        ReadOnlySpan<byte> host = _fields.Ranges[index].Value(head);
        return host.IsEmpty || HostRule.IsValid(host, requirePort: false) ? RejectionReason.None : RejectionReason.InvalidHost;
    }

    private HeadStatus Finish()
    {
        if (MinorVersion >= 1 && _hostField < 0)
            return Reject(RejectionReason.MissingHost);
        RejectionReason framing = _framing.Check(MinorVersion);
        if (framing != RejectionReason.None)
            return Reject(framing);
        _status = HeadStatus.Complete;
        return HeadStatus.Complete;
    }
}
