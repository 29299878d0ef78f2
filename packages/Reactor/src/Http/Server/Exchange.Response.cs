using System.Buffers.Text;
using System.Globalization;

namespace Gabbro.Reactor.Http.Server;

internal sealed partial class Exchange
{
    /// <summary>A body that is written in parts is collected up to this size, so that small ones get a Content-Length; past it, it is chunked.</summary>
    private const int CollectLimit = 16 * 1024;

    /// <summary>Bytes of one chunk's framing: eight digits and CR LF, then CR LF behind the data.</summary>
    private const int ChunkFraming = 12;

    private byte[] _fields = [];
    private int _fieldsLength;
    private byte[] _collected = [];
    private int _collectedLength;
    private long _declaredLength;
    private long _written;
    private int _status;
    private Phase _phase;
    private bool _isHead;
    private bool _continued;

    /// <summary>How far the response has got.</summary>
    private enum Phase : byte
    {
        /// <summary>No byte of the head has been produced; parts of the body may be collected.</summary>
        NotStarted,

        /// <summary>The head is out and promised a length.</summary>
        Counted,

        /// <summary>The head is out; the body goes in chunks.</summary>
        Chunked,

        /// <summary>The head is out; the body goes on until the connection is closed. For HTTP/1.0.</summary>
        UntilClose,

        /// <summary>All of it has been produced.</summary>
        Complete,
    }

    /// <summary>True once a byte of the head has been produced.</summary>
    public bool HasStarted => _phase != Phase.NotStarted;

    /// <summary>Bytes of the response body so far.</summary>
    public long BodyBytes => _written;

    /// <summary>True when the connection closes behind this response.</summary>
    public bool CloseAfter { get; set; }

    public int Status
    {
        get => _status;
        set
        {
            ThrowIfStarted();
            if (!ResponseText.IsFinalStatus(value))
                throw new ArgumentOutOfRangeException(nameof(value), value, "A final status is between 200 and 599.");
            _status = value;
        }
    }

    public void DeclareLength(long length)
    {
        ThrowIfStarted();
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (_collectedLength > 0)
            throw new InvalidOperationException("Part of the body has been written: its length can no longer be declared.");
        _declaredLength = length;
    }

    public void AddField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ThrowIfStarted();
        if (name.IsEmpty || HttpScanner.IndexOfNonToken(name) != name.Length)
            throw new ArgumentException("A field name is a token.", nameof(name));
        if (HttpScanner.IndexOfControl(value) != value.Length)
            throw new ArgumentException("A field value holds no control characters.", nameof(value));
        if (IsFraming(name))
            throw new ArgumentException("Framing and the connection are the server's: declare a length, or end the connection.", nameof(name));
        int length = name.Length + value.Length + 4;
        Span<byte> to = Append(ref _fields, ref _fieldsLength, length);
        name.CopyTo(to);
        ": "u8.CopyTo(to[name.Length..]);
        value.CopyTo(to[(name.Length + 2)..]);
        "\r\n"u8.CopyTo(to[(length - 2)..]);
    }

    /// <summary>The whole response at once: head and body go into the output without a detour.</summary>
    public void Respond(int status, ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> body)
    {
        if (_collectedLength > 0)
            throw new InvalidOperationException("Part of the body has been written already.");
        Status = status;
        if (!contentType.IsEmpty)
            AddField("Content-Type"u8, contentType);
        _declaredLength = body.Length;
        Start();
        WriteStarted(body);
    }

    /// <summary>Produces a part of the body.</summary>
    public void Write(ReadOnlySpan<byte> body)
    {
        CheckSend();
        if (_phase == Phase.Complete)
            throw new InvalidOperationException("The response is complete.");
        if (_phase == Phase.NotStarted)
        {
            if (_declaredLength < 0 && _collectedLength + body.Length <= CollectLimit)
            {
                body.CopyTo(Append(ref _collected, ref _collectedLength, body.Length));
                return;
            }

            Start();
        }

        WriteStarted(body);
    }

    /// <summary>The handler is done: whatever is missing of the response is produced.</summary>
    /// <exception cref="InvalidOperationException">Less was written than was declared.</exception>
    public void CompleteResponse()
    {
        if (_sending)
            throw new InvalidOperationException("The handler completed while a write of its response was pending.");
        if (_phase == Phase.NotStarted)
        {
            if (_declaredLength < 0)
                _declaredLength = _collectedLength;
            Start();
        }

        if (_phase == Phase.Chunked && !_isHead)
            "0\r\n\r\n"u8.CopyTo(AppendOutput(5));
        if (_phase == Phase.Counted && !_isHead && _written < _declaredLength && HasBodyOf(_status))
            throw new InvalidOperationException($"The response declared {_declaredLength} bytes and {_written} were written.");
        _phase = Phase.Complete;
    }

    /// <summary>Produces the answer that ends HTTP on the connection.</summary>
    public void StartUpgrade(ReadOnlySpan<byte> protocol)
    {
        ReadOnlySpan<byte> head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "u8;
        Span<byte> to = AppendOutput(head.Length + protocol.Length + 4);
        head.CopyTo(to);
        protocol.CopyTo(to[head.Length..]);
        "\r\n\r\n"u8.CopyTo(to[(head.Length + protocol.Length)..]);
        _phase = Phase.Complete;
    }

    /// <summary>Throws away what was produced of a response that did not start, to answer something else.</summary>
    public void Discard()
    {
        _fieldsLength = 0;
        _collectedLength = 0;
        _declaredLength = -1;
        _status = 200;
    }

    private static bool HasBodyOf(int status) => status is not (204 or 304);

    /// <summary>Fields that decide framing must have one author.</summary>
    private static bool IsFraming(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => Ascii.EqualsIgnoreCase(name, "date"u8),
        6 => Ascii.EqualsIgnoreCase(name, "server"u8),
        10 => Ascii.EqualsIgnoreCase(name, "connection"u8),
        14 => Ascii.EqualsIgnoreCase(name, "content-length"u8),
        17 => Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8),
        _ => false,
    };

    private void BeginResponse()
    {
        Discard();
        _phase = Phase.NotStarted;
        _written = 0;
        _isHead = Head.Method == RequestMethod.Head;
        _continued = false;
        CloseAfter = false;
    }

    private void ResetResponse()
    {
        Discard();
        _phase = Phase.NotStarted;
        if (_fields.Length > 0)
            _server.Buffers.Return(_fields);
        if (_collected.Length > 0)
            _server.Buffers.Return(_collected);
        _fields = [];
        _collected = [];
    }

    /// <summary>Produces the head, and then what was collected of the body.</summary>
    private void Start()
    {
        if (!Connection.MayKeepAlive(this))
            CloseAfter = true;
        bool hasBody = HasBodyOf(_status);
        if (!hasBody)
            _declaredLength = _status == 304 ? _declaredLength : 0;
        Phase next = _declaredLength >= 0 || !hasBody ? Phase.Counted : Head.MinorVersion >= 1 ? Phase.Chunked : Phase.UntilClose;
        if (next == Phase.UntilClose)
            CloseAfter = true;

        ReadOnlySpan<byte> statusLine = ResponseText.StatusLine(_status);
        ReadOnlySpan<byte> date = _server.Text.DateField(_server.Loop);
        ReadOnlySpan<byte> server = _server.Text.ServerField;
        ReadOnlySpan<byte> connection = CloseAfter ? "Connection: close\r\n"u8
            : Head.MinorVersion == 0 ? "Connection: keep-alive\r\n"u8 : default;
        int most = statusLine.Length + date.Length + server.Length + _fieldsLength + connection.Length + 64;
        Span<byte> to = AppendOutput(most);
        int at = 0;
        Put(statusLine, to, ref at);
        Put(date, to, ref at);
        Put(server, to, ref at);
        Put(_fields.AsSpan(0, _fieldsLength), to, ref at);
        if (next == Phase.Chunked)
        {
            Put("Transfer-Encoding: chunked\r\n"u8, to, ref at);
        }
        else if (next == Phase.Counted && _declaredLength >= 0 && _status != 204)
        {
            Put("Content-Length: "u8, to, ref at);
            Utf8Formatter.TryFormat(_declaredLength, to[at..], out int digits);
            at += digits;
            Put("\r\n"u8, to, ref at);
        }

        Put(connection, to, ref at);
        Put("\r\n"u8, to, ref at);
        _outputLength -= most - at;
        _phase = next;
        if (_collectedLength > 0)
        {
            int collected = _collectedLength;
            _collectedLength = 0;
            WriteStarted(_collected.AsSpan(0, collected));
        }
    }

    private void WriteStarted(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || !Account(body.Length))
            return;
        if (_phase != Phase.Chunked)
        {
            body.CopyTo(AppendOutput(body.Length));
            return;
        }

        int framing = PutChunkHead(body.Length);
        Span<byte> to = AppendOutput(body.Length + ChunkFraming - framing);
        body.CopyTo(to);
        "\r\n"u8.CopyTo(to[body.Length..]);
        _outputLength -= ChunkFraming - framing - 2;
    }

    /// <summary>Counts body bytes.</summary>
    /// <returns>False when they are not to be sent: the answer to HEAD, and statuses without a body.</returns>
    private bool Account(long count)
    {
        if (_phase == Phase.Counted && _written + count > _declaredLength && HasBodyOf(_status))
            throw new InvalidOperationException($"The response declared {_declaredLength} bytes, and more are written.");
        _written += count;
        if (!_isHead && HasBodyOf(_status))
            return true;
        _written -= count;
        return false;
    }

    /// <summary>Produces the size line of a chunk.</summary>
    /// <returns>Its length.</returns>
    private int PutChunkHead(int size)
    {
        Span<byte> line = stackalloc byte[ChunkFraming];
        size.TryFormat(line, out int digits, "X", CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(line[digits..]);
        line[..(digits + 2)].CopyTo(AppendOutput(digits + 2));
        return digits + 2;
    }

    private void ThrowIfStarted()
    {
        if (_phase != Phase.NotStarted)
            throw new InvalidOperationException("The response has started: its head can no longer be changed.");
    }

    private static void Put(ReadOnlySpan<byte> bytes, Span<byte> to, ref int at)
    {
        bytes.CopyTo(to[at..]);
        at += bytes.Length;
    }

    private Span<byte> AppendOutput(int count) => Append(ref _output, ref _outputLength, count);

    /// <summary>Makes room behind what a buffer holds.</summary>
    private Span<byte> Append(ref byte[] buffer, ref int length, int count)
    {
        if (buffer.Length - length < count)
        {
            byte[] larger = _server.Buffers.Rent(Math.Max(length + count, length == 0 ? 0 : length * 2));
            buffer.AsSpan(0, length).CopyTo(larger);
            if (buffer.Length > 0)
                _server.Buffers.Return(buffer);
            buffer = larger;
        }

        Span<byte> room = buffer.AsSpan(length, count);
        length += count;
        return room;
    }
}
