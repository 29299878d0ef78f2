using Gabbro.Reactor.Http;
using Gabbro.Reactor.Http.Files;
using Gabbro.Reactor.Http.Server;

namespace Gabbro.Tools.Httpd;

/// <summary>The paths the tool answers itself, and the files for all others.</summary>
internal sealed class SiteHandler(StaticFileHandler? files, StatusPage status) : IHttpHandler
{
    public ValueTask HandleAsync(HttpExchange exchange)
    {
        ReadOnlySpan<byte> path = exchange.Path;
        if (path.SequenceEqual("/plaintext"u8))
        {
            if (exchange.Method is RequestMethod.Get or RequestMethod.Head)
                exchange.Respond(200, "text/plain"u8, "Hello, World!"u8);
            else
                Refuse(exchange, "GET, HEAD"u8);
            return ValueTask.CompletedTask;
        }

        if (path.SequenceEqual("/echo"u8))
        {
            if (exchange.Method is RequestMethod.Post or RequestMethod.Put)
                return EchoAsync(exchange);
            Refuse(exchange, "POST, PUT"u8);
            return ValueTask.CompletedTask;
        }

        if (path.SequenceEqual("/_status.json"u8))
        {
            exchange.AddField("Cache-Control"u8, "no-store"u8);
            exchange.Respond(200, "application/json"u8, status.Json());
            return ValueTask.CompletedTask;
        }

        if (path.SequenceEqual("/_status"u8))
        {
            exchange.Respond(200, "text/html; charset=utf-8"u8, StatusPage.Page);
            return ValueTask.CompletedTask;
        }

        if (files is not null)
            return files.HandleAsync(exchange);
        exchange.Respond(404, "text/plain"u8, "not found\n"u8);
        return ValueTask.CompletedTask;
    }

    private static void Refuse(HttpExchange exchange, ReadOnlySpan<byte> allowed)
    {
        exchange.AddField("Allow"u8, allowed);
        exchange.Respond(405, "text/plain"u8, "method not allowed\n"u8);
    }

    private static async ValueTask EchoAsync(HttpExchange exchange)
    {
        exchange.AddField("Content-Type"u8, "application/octet-stream"u8);
        if (exchange.ContentLength >= 0)
            exchange.DeclareLength(exchange.ContentLength);
        byte[] buffer = new byte[16 * 1024];
        int count;
        while ((count = await exchange.ReadBodyAsync(buffer)) > 0)
            await exchange.WriteAsync(buffer.AsMemory(0, count));
    }
}
