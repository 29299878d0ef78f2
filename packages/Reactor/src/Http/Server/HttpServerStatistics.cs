namespace Gabbro.Reactor.Http.Server;

/// <summary>What a server has done since it was started. A copy.</summary>
/// <param name="Accepted">Connections accepted.</param>
/// <param name="Open">Connections open now.</param>
/// <param name="Active">Connections with a request in progress now.</param>
/// <param name="Requests">Requests whose head was complete.</param>
/// <param name="Rejected">Requests refused for breaking a rule or a limit.</param>
/// <param name="TimedOut">Connections ended by a timeout.</param>
/// <param name="Refused">Connections answered 503 because there were too many.</param>
/// <param name="Failed">Requests whose handler threw.</param>
public readonly record struct HttpServerStatistics(
    long Accepted, int Open, int Active, long Requests, long Rejected, long TimedOut, long Refused, long Failed);
