using Gabbro.Platform;
using Gabbro.Reactor.Http.Server;
using Gabbro.Reactor.Tasks;
using Gabbro.Reactor.Time;

namespace Gabbro.Reactor.Http.Client;

/// <summary>
/// One connection to an origin: it carries one request after another. What arrives is collected here; the methods that send
/// a request and read its response look at what is there and wait on one signal. It derives from its one timer.
/// </summary>
/// <remarks>See README.md beside this file.</remarks>
internal sealed partial class ClientConnection : WheelTimer
{
    /// <summary>Interim responses before the final one; more are an attack.</summary>
    private const int MaxInterimResponses = 16;

    private static readonly Action<object?> CanceledAnywhere = static state => ((ClientConnection)state!).PostCancel();

    private readonly LoopHttpClient _client;
    private readonly OriginPool _pool;
    private readonly RequestInput _input;
    private readonly ResponseHead _head;
    private readonly LoopSignal _signal = new();
    private readonly LoopOperation<int> _reading = new();
    private ClientTransport _transport = null!;
    private BodyReader _body;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _token;
    private ClientRequest? _request;
    private Exception? _failure;
    private Exception? _endReason;
    private ConnectionPhase _phase = ConnectionPhase.Idle;
    private long _arrivals;
    private int _interim;
    private bool _continued;
    private bool _timerExpired;
    private bool _hasFinalHead;
    private bool _anyReceived;
    private bool _inputEnded;
    private bool _requestCut;
    private bool _untilClose;
    private bool _usedBefore;

    public ClientConnection(LoopHttpClient client, OriginPool pool)
    {
        _client = client;
        _pool = pool;
        _input = new RequestInput(client.Loop, client.Buffers);
        _head = new ResponseHead(client.Options.HeadLimits);
    }

    public HttpOrigin Origin => _pool.Origin;

    /// <summary>Changes with every request, so that a response kept past its end is noticed.</summary>
    public int Generation { get; private set; }

    public bool IsClosed => _phase == ConnectionPhase.Closed;

    public ResponseHead Head => _head;

    /// <summary>The bytes of the response's head.</summary>
    public ReadOnlySpan<byte> HeadBytes => _input.Head;

    /// <summary>True when a failed request may be sent again on a fresh connection: see <see cref="LoopHttpClientOptions.RetryIdempotent"/>.</summary>
    public bool MayRetry => _usedBefore && !_anyReceived && _failure is null or HttpClientException { Error: HttpClientError.ConnectionLost };

    private LoopHttpClientOptions Options => _client.Options;

    private EventLoop Loop => _client.Loop;

    public void VerifyAccess() => Loop.VerifyAccess();

    /// <summary>Gets its carrier; from now on it notices when the server closes.</summary>
    public void Attach(ClientTransport transport) => _transport = transport;

    /// <summary>Waits for its next request.</summary>
    public void BecomeIdle()
    {
        _phase = ConnectionPhase.Idle;
        Arm(Options.IdleTimeout);
        _transport.Receive();
    }

    /// <summary>Bytes came.</summary>
    public void OnReceived(ReadOnlySpan<byte> bytes)
    {
        switch (_phase)
        {
            case ConnectionPhase.Closed:
                return;
            case ConnectionPhase.Idle:
                // Nobody asked: a server that says 408, or one that would have its answer taken for the next request's.
                Close();
                return;
        }

        _anyReceived = true;
        _arrivals++;
        _input.Append(bytes);
        try
        {
            if (_phase == ConnectionPhase.Sending && TryTakeHead())
                _transport.AbandonSend();
        }
        catch (HttpClientException refused)
        {
            Fail(refused);
        }

        _signal.Set();
    }

    /// <summary>The server has ended its direction, or the connection has failed.</summary>
    public void OnEnded(Exception? reason)
    {
        if (_phase == ConnectionPhase.Closed)
            return;
        _inputEnded = true;
        _endReason = reason;
        if (_phase == ConnectionPhase.Idle)
            Close();
        else if (_phase == ConnectionPhase.Sending)
            _transport.AbandonSend();
        _signal.Set();
    }

    /// <summary>Ends it, with a reason for whoever waits.</summary>
    public void Fail(Exception reason)
    {
        if (_phase == ConnectionPhase.Closed)
            return;
        _failure ??= reason;
        Close();
        _signal.Set();
    }

    /// <summary>The response is done with: the connection waits for another request if it can carry one.</summary>
    public void Release(int generation)
    {
        if (generation != Generation || _phase == ConnectionPhase.Closed)
            return;
        bool reusable = IsResponseAtItsEnd() && !_requestCut && !_untilClose && !_inputEnded && _head.IsKeepAlive && _input.Unread.IsEmpty
            && _request is { CloseAfter: false } && !_client.IsDisposed;
        EndRequest();
        if (!reusable)
        {
            Close();
            return;
        }

        _usedBefore = true;
        BecomeIdle();
        if (!IsClosed)
            _pool.Return(this);
    }

    public void Close()
    {
        if (_phase == ConnectionPhase.Closed)
            return;
        _phase = ConnectionPhase.Closed;
        Loop.CancelTimerCoarse(this);
        EndRequest();

        // Closing ends a send that is pending, and whoever waits for it goes on right there: it must not find the
        // connection in the pool any more. Its place is free when the descriptor is.
        bool hadPlace = _pool.Remove(this);
        _transport.Close();
        if (hadPlace)
            _pool.FreePlace();
    }

    /// <inheritdoc/>
    public override string ToString() => $"client connection to {Origin}";

    /// <inheritdoc/>
    protected internal override void OnExpired()
    {
        switch (_phase)
        {
            case ConnectionPhase.Idle:
                Close();
                break;
            case ConnectionPhase.Continue:
                _timerExpired = true;
                _signal.Set();
                break;
            case ConnectionPhase.Sending:
                Fail(Late($"took nothing of the request within {Options.SendTimeout}"));
                break;
            case ConnectionPhase.Head:
                Fail(Late($"did not answer within {Options.HeadTimeout}"));
                break;
            case ConnectionPhase.Body:
                Fail(Late($"sent nothing of the response within {Options.BodyTimeout}"));
                break;
        }
    }

    private void BeginRequest(ClientRequest request, CancellationToken cancellationToken)
    {
        Generation++;
        _request = request;
        request.InFlight++;
        _head.Reset();
        _failure = null;
        _endReason = null;
        _interim = 0;
        _continued = _hasFinalHead = _anyReceived = _requestCut = _untilClose = false;
        Watch(cancellationToken);
        _phase = ConnectionPhase.Sending;
        _transport.Receive();
    }

    private void EndRequest()
    {
        Generation++;
        Unwatch();
        if (_request is { } request)
            request.InFlight--;
        _request = null;
        _input.Release();
    }

    private void Watch(CancellationToken cancellationToken)
    {
        _token = cancellationToken;
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(CanceledAnywhere, this);
    }

    private void Unwatch()
    {
        _cancellation.Dispose();
        _cancellation = default;
    }

    private void PostCancel()
    {
        // Disposing the registration waits for this: the generation is still that of the operation that was canceled.
        int generation = Generation;
        CancellationToken token = _token;
        Loop.TryPost(new WorkItem(
            () =>
            {
                if (generation == Generation)
                    Fail(new OperationCanceledException(token));
            },
            null));
    }

    private void Arm(TimeSpan due)
    {
        _timerExpired = false;
        Loop.StartTimerCoarse(this, due.Ticks * 100);
    }

    private void Disarm() => Loop.CancelTimerCoarse(this);

    private HttpClientException Late(string what) => new(HttpClientError.Timeout, $"The server {Origin} {what}.");

    private HttpClientException Lost(string what) =>
        new(HttpClientError.ConnectionLost, $"The connection to {Origin} {what}.", _endReason);

    private Exception Broken(Exception exception) =>
        exception is PlatformException or ObjectDisposedException or IOException and not HttpClientException
            ? new HttpClientException(HttpClientError.ConnectionLost, $"The connection to {Origin} broke while the request was sent.", exception)
            : exception;
}
