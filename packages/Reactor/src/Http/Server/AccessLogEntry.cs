using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Http.Server;

/// <summary>One line of an access log.</summary>
/// <param name="Client">Who asked.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The target as sent; empty when no request line could be read.</param>
/// <param name="Status">The status code of the response.</param>
/// <param name="BodyBytes">Bytes of the response body.</param>
/// <param name="Duration">From the complete head to the complete response.</param>
/// <param name="Rejection">Why the request was refused, or <see cref="RejectionReason.None"/>.</param>
public readonly record struct AccessLogEntry(
    SocketEndpoint Client, RequestMethod Method, string Target, int Status, long BodyBytes, TimeSpan Duration, RejectionReason Rejection);
