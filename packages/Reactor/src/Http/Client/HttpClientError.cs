namespace Gabbro.Reactor.Http.Client;

/// <summary>What went wrong between a client and a server.</summary>
public enum HttpClientError : byte
{
    /// <summary>No connection could be made.</summary>
    Connect,

    /// <summary>The connection broke, or the server closed it, before the response was complete.</summary>
    ConnectionLost,

    /// <summary>The server was too slow: see the timeouts of <see cref="LoopHttpClientOptions"/>.</summary>
    Timeout,

    /// <summary>The response breaks a rule of RFC 9110 or 9112; see <see cref="HttpClientException.Rejection"/>.</summary>
    Protocol,

    /// <summary>The head or the body of the response is larger than its limit.</summary>
    TooLarge,

    /// <summary>The body to send is not as long as it said.</summary>
    RequestBody,

    /// <summary>More redirections than <see cref="LoopHttpClientOptions.MaxRedirects"/>.</summary>
    TooManyRedirects,
}
