using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Http.Server;

internal sealed partial class HttpConnection
{
    /// <summary>Hands the connection to the handler.</summary>
    public async ValueTask<UpgradedConnection> UpgradeAsync(Exchange exchange, byte[] protocol)
    {
        if (!exchange.Head.IsUpgrade)
            throw new InvalidOperationException("The client did not ask for an upgrade.");
        if (exchange.HasStarted)
            throw new InvalidOperationException("The response has started.");
        if (HttpScanner.IndexOfControl(protocol) != protocol.Length)
            throw new ArgumentException("The protocol holds a control character.", nameof(protocol));
        exchange.StartUpgrade(protocol);
        await exchange.FlushAsync();
        if (_receiving)
            Device.Cancel(_receiver);
        byte[] received = exchange.Input.Unread.ToArray();
        Loop.RemoveTimer(this);
        _state = State.Upgraded;
        _server.Remove(this);
        return new UpgradedConnection(new StreamSocket(Device), received);
    }

    /// <summary>The handler has completed after all.</summary>
    public void OnHandlerDone()
    {
        Exchange exchange = _exchange!;
        ValueTask handling = exchange.Handling;
        exchange.Handling = default;
        Exception? failure = Observe(handling);
        _handlerRuns = false;
        if (_state is State.Closed or State.Upgraded)
        {
            if (_state == State.Upgraded && failure is not null)
                _server.NoteFailure(failure);
            ReleaseIfEnded();
            return;
        }

        EndRequest(exchange, failure);
        if (Pump())
            Receive();
    }

    private static Exception? Observe(ValueTask handling)
    {
        try
        {
            handling.GetAwaiter().GetResult();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private void Handle(Exchange exchange)
    {
        _headTimed = false;
        _bodyPaced = false;
        _requests++;
        _server.NoteRequest();
        exchange.BeginRequest();
        _state = State.Handling;
        if (!exchange.Head.IsChunked && exchange.Head.ContentLength > Options.MaxBodySize)
        {
            EndRequest(exchange, new HttpRejectedException(RejectionReason.BodyTooLarge));
            return;
        }

        ValueTask handling;
        _handlerRuns = true;
        try
        {
            handling = _server.Handler.HandleAsync(new HttpExchange(exchange));
        }
        catch (Exception exception)
        {
            handling = ValueTask.FromException(exception);
        }

        if (handling.IsCompletedSuccessfully && _state == State.Handling)
        {
            _handlerRuns = false;
            EndRequest(exchange, null);
            return;
        }

        if (handling.IsCompleted)
        {
            _handlerRuns = false;
            Exception? failure = Observe(handling);
            if (_state == State.Handling)
                EndRequest(exchange, failure);
            else
                ReleaseIfEnded();
            return;
        }

        exchange.Input.Own();
        exchange.Handling = handling;
        handling.GetAwaiter().UnsafeOnCompleted(exchange.HandlerDone);
        exchange.FlushBeside();
    }

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

    private void NextRequest(Exchange exchange)
    {
        exchange.NextRequest();
        _state = State.Head;
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
}
