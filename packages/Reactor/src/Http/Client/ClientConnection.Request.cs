using System.Runtime.CompilerServices;
using Gabbro.Platform;
using Gabbro.Reactor.Http.Server;

namespace Gabbro.Reactor.Http.Client;

/// <content>Sending a request.</content>
internal sealed partial class ClientConnection
{
    /// <summary>A chunk's size in hexadecimal digits, enough for any piece, and its line break.</summary>
    private const int ChunkPrefix = 8;

    /// <summary>Bytes of a body to ask for at once.</summary>
    private const int PieceSize = BufferStock.Large - ChunkPrefix - 2;

    /// <summary>Sends a request and waits for the head of its response. A failure closes the connection.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> SendAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        BeginRequest(request, cancellationToken);
        try
        {
            await SendRequestAsync(request, cancellationToken).ConfigureAwait(false);
            _phase = ConnectionPhase.Head;
            Arm(Options.HeadTimeout);
            while (!TryTakeHead())
            {
                if (_inputEnded)
                    throw Lost(_anyReceived ? "ended within the head of the response" : "ended before the response");
                await InputAsync().ConfigureAwait(false);
            }

            Disarm();
            _phase = ConnectionPhase.Body;
            Unwatch();
            return true;
        }
        catch (Exception exception)
        {
            Exception reason = _failure ?? Broken(exception);
            Fail(reason);
            if (ReferenceEquals(reason, exception))
                throw;
            throw reason;
        }
    }

    /// <summary>Sends the head and the body, until all is sent or the server has answered without waiting for the rest.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> SendRequestAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> head = request.GetHead(Options.UserAgent);
        RequestBody? body = request.Body;
        if (body is { CanReplay: true })
            body.Rewind();
        bool asks = request.AsksFirst;
        if (body is null || (body is MemoryBody && !asks))
            return await SendPieceAsync(head, body is MemoryBody memory ? memory.Bytes : default).ConfigureAwait(false);
        if (!await SendPieceAsync(head, default).ConfigureAwait(false))
            return false;
        if (asks && !await MayContinueAsync().ConfigureAwait(false))
        {
            _requestCut = true;
            return false;
        }

        return await SendBodyAsync(body, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until the server wants the body, has answered without it, or the time is up.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> MayContinueAsync()
    {
        _phase = ConnectionPhase.Continue;
        Arm(Options.ContinueTimeout);
        while (!TryTakeHead())
        {
            if (_continued || _timerExpired)
            {
                Disarm();
                return true;
            }

            if (_inputEnded)
                throw Lost("ended before the body was sent");
            await InputAsync().ConfigureAwait(false);
        }

        Disarm();
        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> SendBodyAsync(RequestBody body, CancellationToken cancellationToken)
    {
        bool chunked = body.Length < 0;
        long left = chunked ? long.MaxValue : body.Length;
        byte[] buffer = _client.Buffers.Rent(BufferStock.Large);
        try
        {
            while (true)
            {
                int most = (int)Math.Min(PieceSize, left);
                int count = most == 0 ? 0 : await body.ReadAsync(buffer.AsMemory(ChunkPrefix, most), cancellationToken);
                if (_failure is not null)
                    throw _failure;
                if (count < 0 || count > most)
                    throw new HttpClientException(HttpClientError.RequestBody, $"The body of the request gave {count} bytes where {most} were asked for.");
                left -= count;
                ReadOnlyMemory<byte> piece = chunked ? Frame(buffer, count) : buffer.AsMemory(ChunkPrefix, count);
                if (count == 0 && !chunked && left > 0)
                    throw new HttpClientException(HttpClientError.RequestBody, $"The body of the request ended {left} bytes before its length.");
                if (!piece.IsEmpty && !await SendPieceAsync(piece, default).ConfigureAwait(false))
                    return false;
                if (count == 0 || left == 0)
                    return true;
                if (!_hasFinalHead)
                    _transport.Receive();
                if (TryTakeHead())
                {
                    // The server does not want the rest: what it says is worth more than what it will not read.
                    _requestCut = true;
                    return false;
                }
            }
        }
        finally
        {
            // The system is not reading it any more: also a send that was given up has completed.
            _client.Buffers.Return(buffer);
        }
    }

    /// <summary>Puts the framing of a chunk around a piece; an empty one ends the body.</summary>
    private static ReadOnlyMemory<byte> Frame(byte[] buffer, int count)
    {
        if (count == 0)
        {
            "0\r\n\r\n"u8.CopyTo(buffer);
            return buffer.AsMemory(0, 5);
        }

        buffer[ChunkPrefix + count] = (byte)'\r';
        buffer[ChunkPrefix + count + 1] = (byte)'\n';
        int start = ChunkPrefix;
        buffer[--start] = (byte)'\n';
        buffer[--start] = (byte)'\r';
        for (int rest = count; rest > 0; rest >>= 4)
            buffer[--start] = (byte)"0123456789ABCDEF"[rest & 15];
        return buffer.AsMemory(start, ChunkPrefix + count + 2 - start);
    }

    /// <summary>Sends a piece.</summary>
    /// <returns>False when the server answered, or ended, meanwhile: then the response is what counts.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> SendPieceAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        _phase = ConnectionPhase.Sending;
        Arm(Options.SendTimeout);
        try
        {
            await _transport.SendAsync(first, second);
            if (_failure is not null)
                throw _failure;
            Disarm();
            return true;
        }
        catch (Exception exception) when (_failure is null && MayBeAnswered(exception))
        {
            // A server may answer and close without reading on: look for the answer before the failure counts.
            _requestCut = true;
            _endReason ??= exception;
            Disarm();
            return false;
        }
    }

    /// <summary>True for what a peer that has closed does to a send, and for one that was given up; after any other failure the
    /// server still waits for the rest, and would be waited for in vain.</summary>
    private static bool MayBeAnswered(Exception failure) => failure is ObjectDisposedException
        or (IOException and not PlatformException) or PlatformException { Kind: ErrorKind.BrokenPipe or ErrorKind.ConnectionReset or ErrorKind.ConnectionAborted or ErrorKind.NotConnected };

    /// <summary>Waits for more input, for its end, for the timer, or for a failure.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask InputAsync()
    {
        if (_failure is not null)
            throw _failure;
        long before = _arrivals;
        _transport.Receive();
        if (_failure is null && !_inputEnded && !_timerExpired && _arrivals == before)
            await _signal.WaitAsync();
        if (_failure is not null)
            throw _failure;
    }

    /// <summary>Takes the final head out of what has arrived, and the interim ones before it.</summary>
    /// <returns>False when it is not complete yet.</returns>
    private bool TryTakeHead()
    {
        if (_hasFinalHead)
            return true;
        while (!_input.IsEmpty)
        {
            switch (_head.Parse(_input.FromHead))
            {
                case HeadStatus.Incomplete:
                    return false;
                case HeadStatus.Rejected:
                    throw Refused(_head.Rejection);
            }

            _input.SetHeadLength(_head.Length);
            if (_head.StatusCode >= 200)
            {
                BeginBody();
                _hasFinalHead = true;
                return true;
            }

            if (_head.StatusCode == 101 || ++_interim > MaxInterimResponses)
                throw new HttpClientException(HttpClientError.Protocol, $"The server {Origin} sent interim responses that nobody asked for.");
            _continued |= _head.StatusCode == 100;
            _input.NextRequest();
            _head.Reset();
        }

        return false;
    }

    private HttpClientException Refused(RejectionReason reason) => new(reason, $"The response of {Origin} breaks a rule: {reason}.");
}
