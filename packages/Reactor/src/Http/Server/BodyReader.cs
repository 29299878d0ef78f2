namespace Gabbro.Reactor.Http.Server;

/// <summary>Where the body of one request ends, and how much of it has come. A mutable struct: the state of one body.</summary>
internal struct BodyReader
{
    private ChunkedDecoder _chunked;
    private bool _isChunked;
    private long _remaining;
    private long _limit;

    /// <summary>Body bytes delivered so far.</summary>
    public long Received { get; private set; }

    /// <summary>True when the whole body has been read.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Why the body was refused.</summary>
    public RejectionReason Rejection { get; private set; }

    public void Begin(RequestHead head, long limit) => Begin(head.IsChunked, Math.Max(0, head.ContentLength), limit);

    /// <summary>Starts a body in the chunked coding, or of a length.</summary>
    public void Begin(bool isChunked, long length, long limit)
    {
        _chunked = default;
        _isChunked = isChunked;
        _remaining = isChunked ? 0 : length;
        _limit = limit;
        Received = 0;
        Rejection = RejectionReason.None;
        IsEnded = !_isChunked && _remaining == 0;
    }

    /// <summary>Takes the next run of body bytes out of the input.</summary>
    /// <param name="input">What has been received behind what was consumed before.</param>
    /// <param name="most">The most bytes to deliver.</param>
    /// <param name="consumed">How much of the input is done with.</param>
    /// <param name="data">The run; empty when more input is needed, at the end, and after a refusal.</param>
    public void Read(ReadOnlySpan<byte> input, int most, out int consumed, out ReadOnlySpan<byte> data)
    {
        consumed = 0;
        data = default;
        if (IsEnded || Rejection != RejectionReason.None)
            return;
        if (!_isChunked)
        {
            int run = (int)Math.Min(Math.Min(_remaining, input.Length), most);
            data = input[..run];
            consumed = run;
            _remaining -= run;
            IsEnded = _remaining == 0;
            Received += run;
            return;
        }

        while (true)
        {
            // Never give the decoder more than may be delivered: what it consumes as data must fit the caller's buffer.
            ReadOnlySpan<byte> window = input[consumed..];
            if (window.Length > most)
                window = window[..most];
            ChunkStatus status = _chunked.Read(window, out int step, out data);
            consumed += step;
            switch (status)
            {
                case ChunkStatus.Data:
                    Received += data.Length;
                    if (Received > _limit)
                        Refuse(RejectionReason.BodyTooLarge, out data);
                    return;
                case ChunkStatus.End:
                    IsEnded = true;
                    return;
                case ChunkStatus.Rejected:
                    Refuse(_chunked.Rejection, out data);
                    return;
                default:
                    if (consumed == input.Length)
                        return;
                    break;
            }
        }
    }

    private void Refuse(RejectionReason reason, out ReadOnlySpan<byte> data)
    {
        Rejection = reason;
        data = default;
    }
}
