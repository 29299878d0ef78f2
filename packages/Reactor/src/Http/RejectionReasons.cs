namespace Gabbro.Reactor.Http;

/// <summary>What a server answers for each reason.</summary>
public static class RejectionReasons
{
    /// <summary>The status code that tells a client about a refusal.</summary>
    /// <param name="reason">Why the request was refused.</param>
    /// <returns>A status of the 4xx or 5xx class, as RFC 9110, section 15, assigns them.</returns>
    public static int ToStatusCode(this RejectionReason reason) => reason switch
    {
        RejectionReason.RequestLineTooLong => 414,
        RejectionReason.HeadTooLong or RejectionReason.TooManyFields => 431,
        RejectionReason.UnsupportedVersion => 505,
        RejectionReason.UnsupportedTransferEncoding => 501,
        RejectionReason.UnsupportedExpectation => 417,
        RejectionReason.BodyTooLarge => 413,
        RejectionReason.HeadTimeout or RejectionReason.BodyTimeout => 408,
        _ => 400,
    };
}
