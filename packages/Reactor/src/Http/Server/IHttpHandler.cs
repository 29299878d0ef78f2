namespace Gabbro.Reactor.Http.Server;

/// <summary>Answers requests.</summary>
public interface IHttpHandler
{
    /// <summary>
    /// Answers one request; called on the loop's thread. A handler that completes before it returns costs no allocation;
    /// one that awaits resumes on the loop.
    /// </summary>
    /// <param name="exchange">The request and its response; of no use after the returned task has completed.</param>
    /// <returns>Completes when the response has been produced. An exception becomes a 500 if nothing was sent yet.</returns>
    ValueTask HandleAsync(HttpExchange exchange);
}
