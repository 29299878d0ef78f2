namespace Gabbro.Reactor.Http.Server;

/// <summary>
/// The bytes of a connection that are not done with: the head of the current request, then what follows it. They stand in
/// the loop's shared receive buffer while everything happens within one callback, and in a buffer of the connection's own
/// as soon as something has to wait or somebody else needs the shared one: a handler may receive from another connection
/// before it first waits.
/// </summary>
internal sealed class RequestInput(EventLoop loop, BufferStock stock) : IReceiveBufferHolder
{
    private byte[] _bytes = [];
    private bool _owned;
    private int _headStart;
    private int _headLength;
    private int _next;
    private int _end;

    /// <summary>From the start of the current request's head to the end of what was received.</summary>
    public ReadOnlySpan<byte> FromHead => _bytes.AsSpan(_headStart, _end - _headStart);

    /// <summary>The head of the current request, and nothing else.</summary>
    public ReadOnlySpan<byte> Head => _bytes.AsSpan(_headStart, _headLength);

    /// <summary>What was received behind the head and not consumed.</summary>
    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_next, _end - _next);

    /// <summary>True when nothing at all is held.</summary>
    public bool IsEmpty => _headStart == _end;

    /// <summary>Takes bytes that are lent until the callback returns. Only while nothing else is held.</summary>
    public void Lend(ArraySegment<byte> bytes)
    {
        Release();
        _bytes = bytes.Array!;
        _owned = false;
        _headStart = bytes.Offset;
        _headLength = 0;
        _next = bytes.Offset;
        _end = bytes.Offset + bytes.Count;
        loop.HoldReceiveBuffer(this);
    }

    /// <inheritdoc/>
    public void GiveUpReceiveBuffer()
    {
        if (!IsEmpty)
            Own();
    }

    /// <summary>The head ends here.</summary>
    public void SetHeadLength(int length)
    {
        _headLength = length;
        _next = _headStart + length;
    }

    /// <summary>Consumes bytes behind the head.</summary>
    public void Consume(int count) => _next += count;

    /// <summary>Goes on to the next request: what was consumed is forgotten.</summary>
    public void NextRequest()
    {
        _headStart = _next;
        _headLength = 0;
    }

    /// <summary>Makes the bytes independent of the loop's buffer, because something has to wait.</summary>
    public void Own()
    {
        if (_owned)
            return;
        int length = _end - _headStart;
        byte[] bytes = stock.Rent(Math.Max(length + BufferStock.Small / 2, 1));
        _bytes.AsSpan(_headStart, length).CopyTo(bytes);
        Move(bytes);
        _owned = true;
        loop.LeaveReceiveBuffer(this);
    }

    /// <summary>Takes more bytes behind what is held.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Own();
        if (_next == _end && _headLength > 0)
            _next = _end = _headStart + _headLength;
        int length = _end - _headStart;
        if (_bytes.Length - _end < bytes.Length)
        {
            byte[] place = _bytes;
            if (_bytes.Length - length < bytes.Length)
                place = stock.Rent(Math.Max(length + bytes.Length, length * 2));
            _bytes.AsSpan(_headStart, length).CopyTo(place);
            if (!ReferenceEquals(place, _bytes))
                stock.Return(_bytes);
            Move(place);
        }

        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Holds nothing any more.</summary>
    public void Release()
    {
        if (_owned)
            stock.Return(_bytes);
        else
            loop.LeaveReceiveBuffer(this);
        _bytes = [];
        _owned = false;
        _headStart = _headLength = _next = _end = 0;
    }

    private void Move(byte[] to)
    {
        _next -= _headStart;
        _end -= _headStart;
        _headStart = 0;
        _bytes = to;
    }
}
