namespace Gabbro.Reactor.Http.Server;

/// <summary>A handler that is a function.</summary>
internal sealed class DelegateHandler(Func<HttpExchange, ValueTask> handle) : IHttpHandler
{
    public ValueTask HandleAsync(HttpExchange exchange) => handle(exchange);
}
