using System.Text;

namespace Gabbro.Reactor.Http.Client;

/// <summary>
/// A request to send, as often as needed: its head is written down once, so that sending it again costs no work and no
/// allocation.
/// </summary>
/// <remarks>Not thread safe; must not be changed while a request with it is under way.</remarks>
public sealed class ClientRequest
{
    private readonly List<(string Name, string Value)> _fields = [];
    private readonly string _target;
    private RequestBody? _body;
    private bool _expectContinue;
    private bool _closeAfter;
    private byte[]? _head;
    private string? _headAgent;

    /// <summary>Makes a request.</summary>
    /// <param name="method">The method; GET and its kin are case-sensitive.</param>
    /// <param name="uri">An absolute http or https URI; its fragment is not sent.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The method is not one, or CONNECT; the URI is not absolute, of another scheme, names a user,
    /// or holds characters that no request line carries.</exception>
    public ClientRequest(string method, Uri uri)
    {
        FieldRule.CheckMethod(method);
        Origin = HttpOrigin.From(uri);
        Method = method;
        Uri = uri;
        _target = uri.PathAndQuery;
        byte[] target = Encoding.UTF8.GetBytes(_target);
        if (HttpScanner.IndexOfNonTarget(target) != target.Length || target.Length == 0)
            throw new ArgumentException($"The path '{_target}' holds a character that has to be percent-encoded.", nameof(uri));
        byte[] authority = Encoding.UTF8.GetBytes(Origin.Authority);
        if (!HostRule.IsValid(authority, requirePort: false))
            throw new ArgumentException($"'{Origin.Authority}' is not a host.", nameof(uri));
        KnownMethod = RequestMethods.Recognise(Encoding.ASCII.GetBytes(method));
    }

    /// <summary>Makes a GET request.</summary>
    /// <param name="uri">An absolute http or https URI.</param>
    /// <exception cref="ArgumentNullException"><paramref name="uri"/> is null.</exception>
    /// <exception cref="ArgumentException">See the other constructor.</exception>
    public ClientRequest(Uri uri)
        : this("GET", uri)
    {
    }

    /// <summary>The method.</summary>
    public string Method { get; }

    /// <summary>Where it goes.</summary>
    public Uri Uri { get; }

    /// <summary>Whom it is for.</summary>
    public HttpOrigin Origin { get; }

    /// <summary>The body, or null. The length or the chunked coding is announced for it.</summary>
    /// <exception cref="InvalidOperationException">A request with it is under way.</exception>
    public RequestBody? Body
    {
        get => _body;
        set
        {
            Change();
            _body = value;
        }
    }

    /// <summary>
    /// Ask the server whether it wants the body before sending it, with <c>Expect: 100-continue</c>: worth a round trip when the
    /// body is large and may be refused. Ignored without a body.
    /// </summary>
    /// <exception cref="InvalidOperationException">A request with it is under way.</exception>
    public bool ExpectContinue
    {
        get => _expectContinue;
        set
        {
            Change();
            _expectContinue = value;
        }
    }

    /// <summary>End the connection after the response.</summary>
    /// <exception cref="InvalidOperationException">A request with it is under way.</exception>
    public bool CloseAfter
    {
        get => _closeAfter;
        set
        {
            Change();
            _closeAfter = value;
        }
    }

    /// <summary>Whether doing it twice is the same as doing it once, so that it may be retried; null to go by the method (RFC 9110, 9.2.2).</summary>
    public bool? IsIdempotent { get; set; }

    internal RequestMethod KnownMethod { get; }

    internal int InFlight { get; set; }

    internal bool AsksFirst => _expectContinue && _body is { Length: not 0 };

    internal IReadOnlyList<(string Name, string Value)> Fields => _fields;

    internal bool MayRepeat =>
        (IsIdempotent ?? KnownMethod is RequestMethod.Get or RequestMethod.Head or RequestMethod.Put or RequestMethod.Delete
            or RequestMethod.Options or RequestMethod.Trace)
        && _body is not { CanReplay: false };

    /// <summary>Adds a field line.</summary>
    /// <param name="name">Its name: a token.</param>
    /// <param name="value">Its value: visible ASCII, spaces and tabs.</param>
    /// <exception cref="ArgumentException">The name or the value holds what a field cannot carry, or the client writes the field itself
    /// (Host, Content-Length, Transfer-Encoding, Connection, Expect, Upgrade, Trailer, TE, Keep-Alive).</exception>
    /// <exception cref="InvalidOperationException">A request with it is under way.</exception>
    public void AddField(string name, string value)
    {
        FieldRule.Check(name, value);
        if (FieldRule.IsOwn(name))
            throw new ArgumentException($"The client writes {name} itself, from what the request says.", nameof(name));
        Change();
        _fields.Add((name, value));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Uri}";

    /// <summary>The head as it is sent.</summary>
    internal ReadOnlyMemory<byte> GetHead(string? userAgent)
    {
        if (_head is not null && ReferenceEquals(_headAgent, userAgent))
            return _head;
        StringBuilder head = new();
        head.Append(Method).Append(' ').Append(_target).Append(" HTTP/1.1\r\nHost: ").Append(Origin.Authority).Append("\r\n");
        if (userAgent is not null && !_fields.Exists(field => field.Name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase)))
            head.Append("User-Agent: ").Append(userAgent).Append("\r\n");
        foreach ((string name, string value) in _fields)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        if (_body is { Length: < 0 })
            head.Append("Transfer-Encoding: chunked\r\n");
        else if (_body is not null || KnownMethod is RequestMethod.Post or RequestMethod.Put or RequestMethod.Patch)
            head.Append("Content-Length: ").Append(_body?.Length ?? 0).Append("\r\n");
        if (AsksFirst)
            head.Append("Expect: 100-continue\r\n");
        if (_closeAfter)
            head.Append("Connection: close\r\n");
        _head = Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
        _headAgent = userAgent;
        return _head;
    }

    private void Change()
    {
        if (InFlight > 0)
            throw new InvalidOperationException("A request cannot be changed while it is under way.");
        _head = null;
    }
}
