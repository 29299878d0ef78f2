using System.Runtime.CompilerServices;
using Gabbro.Reactor.Http.Server;

namespace Gabbro.Reactor.Http.Client;

/// <content>Reading a response.</content>
internal sealed partial class ClientConnection
{
    /// <summary>Reads what is there of the body, waiting until anything is.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
            throw new ArgumentException("The buffer is empty: a read of nothing cannot tell data from the end.", nameof(buffer));
        if (_reading.IsBusy)
            throw new InvalidOperationException("A read of this response is pending, or its result was not awaited: one read at a time.");
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);
        return _reading.Start(ReadCoreAsync(buffer, cancellationToken));
    }

    /// <summary>Where the body of this response ends: RFC 9112, section 6.3.</summary>
    private void BeginBody()
    {
        _untilClose = false;
        bool none = _request!.KnownMethod == RequestMethod.Head || _head.StatusCode is 204 or 304;
        long length = 0;
        if (!none && !_head.IsChunked)
        {
            _untilClose = _head.ContentLength < 0;
            length = _untilClose ? long.MaxValue : _head.ContentLength;
            if (!_untilClose && length > Options.MaxBodySize)
                throw Refused(RejectionReason.BodyTooLarge);
        }

        _body.Begin(!none && _head.IsChunked, length, Options.MaxBodySize);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count = TakeBody(buffer.Span);
        if (count > 0 || _body.IsEnded)
            return count;
        Watch(cancellationToken);
        Arm(Options.BodyTimeout);
        try
        {
            while (true)
            {
                if (_inputEnded)
                    return EndOfInput();
                await InputAsync().ConfigureAwait(false);
                count = TakeBody(buffer.Span);
                if (count > 0 || _body.IsEnded)
                    return count;
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
            throw;
        }
        finally
        {
            if (!IsClosed)
            {
                Disarm();
                Unwatch();
            }
        }
    }

    /// <summary>Takes what has arrived of the body.</summary>
    private int TakeBody(Span<byte> buffer)
    {
        if (_failure is not null)
            throw _failure;
        _body.Read(_input.Unread, buffer.Length, out int consumed, out ReadOnlySpan<byte> data);
        data.CopyTo(buffer);
        int count = data.Length;
        _input.Consume(consumed);
        RejectionReason rejection = _body.Rejection;
        if (rejection == RejectionReason.None && _body.Received > Options.MaxBodySize)
            rejection = RejectionReason.BodyTooLarge;
        if (rejection == RejectionReason.None)
            return count;
        HttpClientException refused = Refused(rejection);
        Fail(refused);
        throw refused;
    }

    private int EndOfInput()
    {
        // A reset is not an end: nobody knows how much it has destroyed.
        if (!_untilClose || _endReason is not null)
            throw Lost("ended within the body of the response");
        _body.Begin(isChunked: false, 0, 0);
        return 0;
    }

    /// <summary>Whether the body is at its end, what has arrived of it discarded: a response that nobody cared to read costs no connection.</summary>
    private bool IsResponseAtItsEnd()
    {
        if (_phase != ConnectionPhase.Body || _reading.IsBusy)
            return false;
        while (!_body.IsEnded)
        {
            _body.Read(_input.Unread, int.MaxValue, out int consumed, out _);
            _input.Consume(consumed);
            if (consumed == 0)
                return false;
        }

        return true;
    }
}
