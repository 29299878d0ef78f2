using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Time;

namespace Gabbro.Reactor.Http.Server;

/// <summary>
/// One connection of a server: a state machine driven by what arrives, what was sent, and one timer. It derives from the
/// timer, and its buffers and request live in an <see cref="Exchange"/> that it has only while a request is in progress:
/// an idle connection is this object, its receive, and the device.
/// </summary>
/// <remarks>See README.md beside this file for the states and what moves between them.</remarks>
internal sealed partial class HttpConnection : WheelTimer
{
    /// <summary>
    /// Bytes to receive at once behind what is held already: they are copied, and a head with this much behind it still fits
    /// a buffer of the stock.
    /// </summary>
    private const int AppendLimit = 12 * 1024;

    private readonly HttpServer _server;
    private readonly ConnectionReceiver _receiver;
    private Exchange? _exchange;
    private long _paceMark;
    private long _lingered;
    private long _requests;
    private State _state = State.Idle;
    private bool _receiving;
    private bool _headTimed;
    private bool _bodyPaced;
    private bool _pumping;
    private bool _handlerRuns;

    public HttpConnection(HttpServer server, StreamDevice device)
    {
        _server = server;
        Device = device;
        _receiver = new ConnectionReceiver(this);
    }

    private enum State : byte
    {
        /// <summary>Waiting for the first byte of a request.</summary>
        Idle,

        /// <summary>Waiting for the rest of a head.</summary>
        Head,

        /// <summary>A handler has not completed.</summary>
        Handling,

        /// <summary>The response is complete, the request's body is not.</summary>
        Discarding,

        /// <summary>Waiting for the system to take responses.</summary>
        Sending,

        /// <summary>The last response is with the system; reading on so that it arrives.</summary>
        Lingering,

        /// <summary>Somebody else has the connection.</summary>
        Upgraded,

        /// <summary>Nothing is left.</summary>
        Closed,
    }

    public StreamDevice Device { get; }

    /// <summary>The place in the server's list.</summary>
    public int Index { get; set; }

    /// <summary>True when the client has ended its sending direction.</summary>
    public bool HasInputEnded { get; private set; }

    public bool IsIdle => _state == State.Idle;

    private EventLoop Loop => _server.Loop;

    private HttpServerOptions Options => _server.Options;

    /// <summary>Starts to serve.</summary>
    public void Begin()
    {
        Arm(Options.HeadTimeout);
        Receive();
    }

    /// <summary>Answers 503 to a connection too many.</summary>
    public void Refuse()
    {
        Exchange exchange = TakeExchange();
        _state = State.Head;
        exchange.BeginRequest();
        exchange.CloseAfter = true;
        exchange.AddField("Retry-After"u8, "1"u8);
        exchange.Respond(503, default, default);
        exchange.CompleteResponse();
        Finish(exchange);
        if (Pump())
            Receive();
    }

    /// <summary>Whether another request may follow the response that is about to start.</summary>
    public bool MayKeepAlive(Exchange exchange) =>
        !exchange.CloseAfter && exchange.Head.IsKeepAlive && !_server.IsDraining && _requests < Options.MaxRequestsPerConnection
        && (exchange.IsBodyEnded || !exchange.Head.ExpectsContinue || exchange.BodyReceived > 0);

    /// <summary>The handler waits for more of the body.</summary>
    public void AwaitBody()
    {
        if (!_bodyPaced)
            BeginBodyPace();
        if (!_pumping)
            Receive();
    }

    public Exception SendFailed(NativeError error) => new PlatformException("send response", Device.RemoteAddress.ToString(), error);

    /// <summary>Something was received, or the receive failed.</summary>
    public void OnReceived()
    {
        _receiving = false;
        if (TakeReceived())
            Receive();
    }

    /// <summary>The system has taken everything, or the connection has failed.</summary>
    public void OnSent(NativeError error)
    {
        if (_state == State.Closed)
            return;
        if (error.IsError)
        {
            Close();
            return;
        }

        // Sent beside the handler: the interim response. The handler goes on by itself.
        if (_state == State.Handling)
        {
            EndSendPace();
            return;
        }

        if (Pump())
            Receive();
    }

    /// <summary>The server ends: an idle connection may begin one more request for a while, the others end behind theirs.</summary>
    public void Drain()
    {
        if (_state == State.Idle)
            Arm(Options.DrainGrace);
    }

    /// <summary>Ends the connection at once.</summary>
    public void Close()
    {
        if (_state is State.Closed or State.Upgraded)
            return;
        _state = State.Closed;
        Loop.RemoveTimer(this);
        Device.Close();
        _server.Remove(this);

        // A handler that runs keeps its exchange until it is done; whatever it waits for ends now.
        _exchange?.FailBody(new EndOfStreamException("The connection was closed."));
        ReleaseIfEnded();
    }

    /// <summary>
    /// Gives up the exchange of a connection that is gone, once neither a handler nor the system uses it any more: the kernel
    /// may own the memory of a send beyond the close.
    /// </summary>
    public void ReleaseIfEnded()
    {
        if (_state is State.Closed or State.Upgraded && !_handlerRuns && _exchange is { IsSending: false })
            ReleaseExchange();
    }

    private void Arm(TimeSpan due) => Loop.StartTimerCoarse(this, due.Ticks * 100);

    /// <summary>Receives as long as something is at hand; the share of the device ends this.</summary>
    private void Receive()
    {
        while (!_receiving && _state is not (State.Closed or State.Upgraded) && !HasInputEnded)
        {
            // Always borrowed: a receive that waits holds no memory, whatever becomes of the request meanwhile.
            _receiver.BorrowLimit = _exchange is null or { Input.IsEmpty: true } ? 0 : AppendLimit;
            _receiving = true;
            if (!Device.Receive(_receiver))
                return;
            _receiving = false;
            if (!TakeReceived())
                return;
        }
    }

    /// <returns>True when more is to be received.</returns>
    private bool TakeReceived()
    {
        if (_receiver.Error.IsError)
        {
            Close();
            return false;
        }

        int count = _receiver.Count;
        if (count == 0)
        {
            HasInputEnded = true;
            return OnInputEnd();
        }

        if (_state == State.Lingering)
        {
            _lingered += count;
            if (_lingered <= Options.LingerBytes)
                return true;
            Close();
            return false;
        }

        Exchange exchange = TakeExchange();
        if (exchange.Input.IsEmpty)
            exchange.Input.Lend(_receiver.Lent);
        else
            exchange.Input.Append(_receiver.Lent);
        _server.BytesReceived += count;
        if (_state == State.Handling)
        {
            exchange.OnBodyInput();
            return _state == State.Handling && exchange.WantsBody;
        }

        return Pump();
    }

    private bool OnInputEnd()
    {
        switch (_state)
        {
            case State.Handling:
                _exchange!.OnBodyInput();
                return false;
            case State.Sending:
                return false;
            case State.Idle:
                Close();
                return false;
            default:
                // The end in the middle of a head or a body, or the one that lingering waits for.
                Close();
                return false;
        }
    }

    /// <summary>Goes on until something has to wait.</summary>
    /// <returns>True when it has to wait for input.</returns>
    private bool Pump()
    {
        if (_pumping)
            return false;
        _pumping = true;
        try
        {
            while (true)
            {
                Exchange? exchange = _exchange;
                switch (_state)
                {
                    case State.Idle when exchange is null:
                    case State.Lingering:
                        return true;
                    case State.Idle:
                        _state = State.Head;
                        break;
                    case State.Sending:
                        // What was produced while the system took the last of it goes out before anything else happens.
                        if (!Flush(exchange!))
                            return false;
                        if (exchange!.CloseAfter)
                        {
                            Linger();
                            return _state == State.Lingering;
                        }

                        _state = State.Head;
                        break;
                    case State.Head:
                        if (!PumpHead(exchange!, out bool more))
                            return more;
                        break;
                    case State.Discarding:
                        if (!PumpDiscard(exchange!, out more))
                            return more;
                        break;
                    case State.Handling:
                        return exchange!.WantsBody;
                    default:
                        return false;
                }
            }
        }
        finally
        {
            _pumping = false;
        }
    }

    /// <returns>True to go on; false to return, for input if <paramref name="wantsInput"/>.</returns>
    private bool PumpHead(Exchange exchange, out bool wantsInput)
    {
        wantsInput = false;

        // Pipelined responses go out together, but not without bound; and a client that does not read gets no more.
        if (exchange.IsOutputLarge && !Flush(exchange))
            return false;
        switch (exchange.Head.Parse(exchange.Input.FromHead))
        {
            case HeadStatus.Complete:
                Handle(exchange);
                return true;
            case HeadStatus.Rejected:
                Reject(exchange, exchange.Head.Rejection);
                return true;
            default:
                if (!Flush(exchange))
                    return false;
                if (HasInputEnded)
                {
                    Linger();
                    return false;
                }

                wantsInput = true;
                if (exchange.Input.IsEmpty)
                {
                    _state = State.Idle;
                    ReleaseExchange();
                    Arm(_server.IsDraining ? Options.DrainGrace : Options.KeepAliveTimeout);
                }
                else
                {
                    exchange.Input.Own();
                    if (!_headTimed)
                    {
                        _headTimed = true;
                        Arm(Options.HeadTimeout);
                    }
                }

                return false;
        }
    }

    private bool PumpDiscard(Exchange exchange, out bool wantsInput)
    {
        wantsInput = false;
        if (!exchange.DiscardBody() || exchange.BodyReceived > Options.LingerBytes)
        {
            exchange.CloseAfter = true;
            _state = State.Sending;
            return Flush(exchange);
        }

        if (exchange.IsBodyEnded)
        {
            NextRequest(exchange);
            return true;
        }

        if (!Flush(exchange, State.Discarding))
            return false;
        if (HasInputEnded)
        {
            Linger();
            return false;
        }

        exchange.Input.Own();
        Arm(Options.BodyTimeout);
        wantsInput = true;
        return false;
    }

    /// <summary>Hands the output to the system.</summary>
    /// <returns>True when it is all taken; false when the connection waits for that, or is gone.</returns>
    private bool Flush(Exchange exchange, State after = State.Head)
    {
        if (exchange.IsSending)
        {
            _state = State.Sending;
            return false;
        }

        if (exchange.Flush())
        {
            if (!exchange.SendError.IsError)
                return true;
            Close();
            return false;
        }

        // What follows a blocked response waits with it, the rest of a body included: it is discarded when the state
        // comes back to the head, which begins behind it.
        if (after == State.Discarding)
            exchange.CloseAfter = true;
        exchange.Input.Own();
        _state = State.Sending;
        BeginSendPace();
        return false;
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

    private Exchange TakeExchange()
    {
        if (_exchange is { } exchange)
            return exchange;
        exchange = _server.RentExchange();
        exchange.Attach(this);
        _exchange = exchange;
        return exchange;
    }

    private void ReleaseExchange()
    {
        if (_exchange is not { } exchange)
            return;
        _exchange = null;
        exchange.Detach();
        _server.ReturnExchange(exchange);
    }
}
