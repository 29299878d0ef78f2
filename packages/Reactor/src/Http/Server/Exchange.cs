using System.Threading.Tasks.Sources;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Http.Server;

/// <summary>
/// Everything a connection needs while a request is in progress, and only then: idle connections have given theirs back to
/// the server's stock. Handlers see it through <see cref="HttpExchange"/>, which knows the generation it was made for.
/// </summary>
internal sealed partial class Exchange : IValueTaskSource<int>
{
    private static readonly Action<object?> CanceledAnywhere = static state => ((Exchange)state!).PostBodyCancel();

    private readonly HttpServer _server;
    private AwaitableCore<int> _bodyCore;
    private Memory<byte> _bodyDestination;
    private bool _bodyWaiting;
    private BodyReader _body;

    public Exchange(HttpServer server)
    {
        _server = server;
        Head = new RequestHead(server.Options.HeadLimits);
        Input = new RequestInput(server.Loop, server.Buffers);
        _sender = new ConnectionSender(this);
        HandlerDone = () => Connection.OnHandlerDone();
    }

    /// <summary>The handler that has not completed.</summary>
    public ValueTask Handling { get; set; }

    /// <summary>Continues the connection when <see cref="Handling"/> completes; made once, because delegates cost.</summary>
    public Action HandlerDone { get; }

    /// <summary>Changes whenever a request ends: an <see cref="HttpExchange"/> of an earlier one is recognised.</summary>
    public uint Generation { get; private set; }

    /// <summary>The connection this serves at the moment.</summary>
    public HttpConnection Connection { get; private set; } = null!;

    public RequestHead Head { get; }

    public RequestInput Input { get; }

    /// <summary>True while a handler has the exchange.</summary>
    public bool IsHandling { get; private set; }

    /// <summary>True while the handler waits for more of the body.</summary>
    public bool WantsBody => _bodyWaiting;

    /// <summary>True when the whole body has been read.</summary>
    public bool IsBodyEnded => _body.IsEnded;

    /// <summary>When the head was complete.</summary>
    public long Began { get; private set; }

    public RejectionReason BodyRejection => _body.Rejection;

    public long BodyReceived => _body.Received;

    public HttpServer Server => _server;

    public void Attach(HttpConnection connection) => Connection = connection;

    /// <summary>The head is complete: a handler begins.</summary>
    public void BeginRequest()
    {
        Input.SetHeadLength(Head.Length);
        Began = _server.Loop.NowNanoseconds;
        _body.Begin(Head, _server.Options.MaxBodySize);
        BeginResponse();
        IsHandling = true;
    }

    /// <summary>The handler is done: its view of the exchange ends.</summary>
    public void EndHandling()
    {
        IsHandling = false;
        Generation++;
        if (_bodyWaiting)
            FailBody(new InvalidOperationException("The handler completed while a read of the body was pending."));
    }

    /// <summary>Goes on to the next request of the connection.</summary>
    public void NextRequest()
    {
        Input.NextRequest();
        Head.Reset();
        ResetResponse();
    }

    /// <summary>Leaves the connection; everything rented goes back.</summary>
    public void Detach()
    {
        if (IsHandling)
            EndHandling();
        Input.Release();
        Head.Reset();
        ResetResponse();
        ReleaseOutput();
        Connection = null!;
    }

    /// <summary>Takes body bytes that are at hand.</summary>
    /// <returns>Their number; 0 at the end; -1 when more input is needed.</returns>
    /// <exception cref="HttpRejectedException">The body breaks a rule or a limit.</exception>
    public int TryReadBody(Span<byte> destination)
    {
        _body.Read(Input.Unread, destination.Length, out int consumed, out ReadOnlySpan<byte> data);
        data.CopyTo(destination);
        int count = data.Length;
        Input.Consume(consumed);
        if (_body.Rejection != RejectionReason.None)
            throw new HttpRejectedException(_body.Rejection);
        return count > 0 ? count : _body.IsEnded ? 0 : -1;
    }

    public ValueTask<int> ReadBodyAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (_bodyCore.IsBusy)
            throw new InvalidOperationException("A read of this body is pending: one at a time.");
        if (destination.IsEmpty)
            throw new ArgumentException("The buffer is empty: a read of nothing cannot tell data from the end.", nameof(destination));
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);
        int count = TryReadBody(destination.Span);
        if (count >= 0)
            return ValueTask.FromResult(count);
        if (Connection.HasInputEnded)
            return ValueTask.FromException<int>(Ended());

        Input.Own();
        _bodyDestination = destination;
        _bodyWaiting = true;
        _bodyCore.Begin(this, CanceledAnywhere, cancellationToken);
        short version = _bodyCore.Version;
        if (Head.ExpectsContinue && !_continued && _phase == Phase.NotStarted)
            SendContinue();
        Connection.AwaitBody();
        return new ValueTask<int>(this, version);
    }

    /// <summary>More input is there, or none will come: the waiting read goes on.</summary>
    public void OnBodyInput()
    {
        if (!_bodyWaiting)
            return;
        int count;
        try
        {
            count = TryReadBody(_bodyDestination.Span);
            if (count < 0)
            {
                if (!Connection.HasInputEnded)
                    return;
                throw Ended();
            }
        }
        catch (IOException exception)
        {
            FailBody(exception);
            return;
        }

        _bodyWaiting = false;
        _bodyDestination = default;
        _bodyCore.SetResult(count);
    }

    /// <summary>Ends a waiting read with an exception.</summary>
    public void FailBody(Exception exception)
    {
        if (!_bodyWaiting)
            return;
        _bodyWaiting = false;
        _bodyDestination = default;
        _bodyCore.SetException(exception);
    }

    /// <summary>Reads and forgets body bytes that are at hand.</summary>
    /// <returns>False when the body breaks a rule.</returns>
    public bool DiscardBody()
    {
        while (!_body.IsEnded && !Input.Unread.IsEmpty)
        {
            _body.Read(Input.Unread, int.MaxValue, out int consumed, out _);
            Input.Consume(consumed);
            if (_body.Rejection != RejectionReason.None)
                return false;
        }

        return true;
    }

    int IValueTaskSource<int>.GetResult(short token) => _bodyCore.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _bodyCore.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _bodyCore.OnCompleted(continuation, state, token, flags);

    private static EndOfStreamException Ended() => new("The client ended the connection before the body was complete.");

    private void PostBodyCancel()
    {
        short version = _bodyCore.Version;
        _server.Loop.TryPost(new WorkItem(
            () =>
            {
                if (_bodyWaiting && _bodyCore.Version == version)
                    FailBody(new OperationCanceledException(_bodyCore.Token));
            },
            null));
    }
}
