namespace Gabbro.Reactor.Http.Client;

/// <summary>A request failed: no response, or not all of one.</summary>
public sealed class HttpClientException : IOException
{
    internal HttpClientException(HttpClientError error, string message, Exception? inner = null)
        : base(message, inner)
    {
        Error = error;
    }

    internal HttpClientException(RejectionReason rejection, string message)
        : base(message)
    {
        Rejection = rejection;
        Error = rejection is RejectionReason.HeadTooLong or RejectionReason.TooManyFields or RejectionReason.BodyTooLarge
            ? HttpClientError.TooLarge : HttpClientError.Protocol;
    }

    /// <summary>What went wrong.</summary>
    public HttpClientError Error { get; }

    /// <summary>The rule the response breaks, with <see cref="HttpClientError.Protocol"/> and <see cref="HttpClientError.TooLarge"/>.</summary>
    public RejectionReason Rejection { get; }
}
