using Gabbro.Platform;
using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Http.Server;

/// <content>How a request ends, and how a connection does: finished, rejected, or lingering until the peer has read why.</content>
internal sealed partial class HttpConnection
{
    /// <summary>The handler is done, well or not.</summary>
    private void EndRequest(Exchange exchange, Exception? failure)
    {
        RejectionReason rejection = (failure as HttpRejectedException)?.Reason ?? RejectionReason.None;
        if (failure is null)
        {
            try
            {
                exchange.CompleteResponse();
            }
            catch (InvalidOperationException exception)
            {
                failure = exception;
            }
        }

        if (failure is not null)
        {
            if (rejection != RejectionReason.None)
                _server.NoteRejection();
            else
                _server.NoteFailure(failure);
            if (exchange.HasStarted)
            {
                // Half a response is out: only breaking the connection tells the client.
                Device.ResetOnClose();
                exchange.EndHandling();
                _state = State.Sending;
                Close();
                return;
            }

            exchange.Discard();
            exchange.CloseAfter = true;
            exchange.Respond(rejection == RejectionReason.None ? 500 : rejection.ToStatusCode(), default, default);
            exchange.CompleteResponse();
        }

        _server.Log(this, exchange, rejection);
        Finish(exchange);
    }

    /// <summary>A response is complete: what follows depends on the rest of the request and on the connection.</summary>
    private void Finish(Exchange exchange)
    {
        exchange.EndHandling();
        if (exchange.CloseAfter)
        {
            _state = State.Sending;
            Flush(exchange);
        }
        else if (exchange.IsBodyEnded)
        {
            NextRequest(exchange);
        }
        else
        {
            _state = State.Discarding;
        }
    }

    /// <summary>Answers a request that breaks a rule. What follows it cannot be trusted.</summary>
    private void Reject(Exchange exchange, RejectionReason reason)
    {
        _server.NoteRejection();
        exchange.BeginRequest();
        exchange.CloseAfter = true;
        exchange.Respond(reason.ToStatusCode(), default, default);
        exchange.CompleteResponse();
        _server.Log(this, exchange, reason);
        Finish(exchange);
    }

    /// <summary>
    /// Ends the sending direction and reads on for a while: closing with unread input makes the system send a reset, which
    /// destroys the last response if the client has not read it yet.
    /// </summary>
    private void Linger()
    {
        ReleaseExchange();
        Device.Shutdown(SocketShutdown.Send);
        if (HasInputEnded)
        {
            Close();
            return;
        }

        _state = State.Lingering;
        Arm(Options.LingerTimeout);
    }
}
