namespace Gabbro.Reactor.Http;

/// <summary>How large a message head may be.</summary>
/// <param name="RequestLine">Bytes of the request line without its end; 414 past it.</param>
/// <param name="Total">Bytes of the whole head; 431 past it.</param>
/// <param name="Fields">Field lines; 431 past it.</param>
public readonly record struct HeadLimits(int RequestLine, int Total, int Fields)
{
    /// <summary>8 KiB, 32 KiB and 100, the defaults of Kestrel: what browsers and proxies are known to live with.</summary>
    public static HeadLimits Default => new(8 * 1024, 32 * 1024, 100);
}
