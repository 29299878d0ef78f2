using System.Threading.Tasks.Sources;
using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Http.Server;

internal sealed partial class Exchange : IValueTaskSource
{
    /// <summary>Responses of pipelined requests are collected up to this size before they are sent.</summary>
    private const int PipelineBatch = 12 * 1024;

    private static readonly Action<object?> Ignored = static _ => { };

    private readonly ConnectionSender _sender;
    private AwaitableCore<bool> _flushCore;
    private byte[] _output = [];
    private int _outputLength;
    private bool _sending;
    private bool _handlerWaits;

    /// <summary>What is being sent beside a handler that goes on producing into <see cref="_output"/>; empty when nothing is.</summary>
    private byte[] _besideOutput = [];

    /// <summary>A send of the handler's that waits for the one beside it.</summary>
    private (ReadOnlyMemory<byte> Body, FileHandle? File, long Offset, long Count) _queued;
    private bool _isQueued;
    private bool _continueWaits;

    /// <summary>False when a handler has gone without awaiting its last write: nobody will make the object free again.</summary>
    public bool IsReusable => !_flushCore.IsBusy;

    /// <summary>True while the system has not taken all that was handed to it.</summary>
    public bool IsSending => _sending;

    /// <summary>True when enough is produced to be worth a send of its own.</summary>
    public bool IsOutputLarge => _outputLength >= PipelineBatch;

    /// <summary>Bytes the system has still to take, for the pace.</summary>
    public long SendLeft => _sending ? _sender.Left : 0;

    /// <summary>Sends what is produced.</summary>
    /// <returns>True when it is all with the system; false when <see cref="HttpConnection.OnSent"/> will be told.</returns>
    public bool Flush() => _outputLength == 0 || SendNow(default, null, 0, 0);

    /// <summary>
    /// Sends what earlier requests of the pipeline have produced while the handler of this one waits for something: their
    /// client may wait for it before it sends the rest.
    /// </summary>
    public void FlushBeside()
    {
        if (_outputLength == 0 || _sending)
            return;
        if (SendNow(default, null, 0, 0))
        {
            if (_sender.Error.IsError)
                Connection.Close();
            return;
        }

        _besideOutput = _output;
        _output = [];
        _outputLength = 0;
        Connection.BeginSendPace();
    }

    /// <summary>Sends what is produced, for the handler.</summary>
    public ValueTask FlushAsync()
    {
        if (_phase == Phase.NotStarted)
            Start();
        return _outputLength == 0 ? ValueTask.CompletedTask : SendAsync(default, null, 0, 0);
    }

    /// <summary>Produces and sends a part of the body; a large one goes to the system from where it stands.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> body)
    {
        CheckSend();
        if (body.Length < BufferStock.Large / 2)
        {
            Write(body.Span);
            return IsOutputLarge ? SendAsync(default, null, 0, 0) : ValueTask.CompletedTask;
        }

        if (_phase == Phase.NotStarted)
            Start();
        if (_phase == Phase.Complete)
            throw new InvalidOperationException("The response is complete.");
        if (!Account(body.Length))
            return ValueTask.CompletedTask;
        if (_phase != Phase.Chunked)
            return SendAsync(body, null, 0, 0);
        PutChunkHead(body.Length);
        ValueTask sent = SendAsync(body, null, 0, 0);
        return sent.IsCompletedSuccessfully ? EndChunk() : EndChunkAsync(sent);
    }

    /// <summary>Sends a range of a file as the body, or a part of it.</summary>
    public ValueTask SendFileAsync(FileHandle file, long offset, long count)
    {
        CheckSend();
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (_phase == Phase.NotStarted)
        {
            if (_declaredLength < 0 && _collectedLength == 0)
                _declaredLength = count;
            Start();
        }

        if (_phase == Phase.Chunked)
            throw new InvalidOperationException("Declare the length of the response before sending a file as part of it.");
        if (!Account(count) || count == 0)
            return ValueTask.CompletedTask;
        return SendAsync(default, file, offset, count);
    }

    /// <summary>Everything was handed to the system, or the connection has failed.</summary>
    public void OnSent()
    {
        NativeError error = EndSend();
        HttpConnection connection = Connection;
        if (_isQueued && !error.IsError)
        {
            _isQueued = false;
            (ReadOnlyMemory<byte> body, FileHandle? file, long offset, long count) = _queued;
            _queued = default;
            if (!SendNow(body, file, offset, count))
            {
                connection.BeginSendPace();
                return;
            }

            error = _sender.Error;
        }

        _isQueued = false;
        _queued = default;
        if (!_handlerWaits)
        {
            connection.OnSent(error);
            if (_continueWaits && !error.IsError)
            {
                _continueWaits = false;
                FlushBeside();
            }
        }
        else
        {
            _handlerWaits = false;
            connection.EndSendPace();
            if (error.IsError)
                _flushCore.SetException(connection.SendFailed(error));
            else
                _flushCore.SetResult(true);
        }

        connection.ReleaseIfEnded();
    }

    void IValueTaskSource.GetResult(short token) => _flushCore.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _flushCore.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _flushCore.OnCompleted(continuation, state, token, flags);

    /// <summary>What is being sent must stay where it is.</summary>
    private void CheckSend()
    {
        if (_flushCore.IsBusy || (_sending && _besideOutput.Length == 0))
            throw new InvalidOperationException("A write of this response is pending: one at a time.");
    }

    private void SendContinue()
    {
        _continued = true;
        "HTTP/1.1 100 Continue\r\n\r\n"u8.CopyTo(AppendOutput(25));
        if (_besideOutput.Length > 0)
        {
            _continueWaits = true;
            return;
        }

        // A client whose connection has no room for these bytes has stopped reading what it asked for before.
        if (!SendNow(default, null, 0, 0) || _sender.Error.IsError)
            Connection.Close();
    }

    private ValueTask EndChunk()
    {
        "\r\n"u8.CopyTo(AppendOutput(2));
        return ValueTask.CompletedTask;
    }

    private async ValueTask EndChunkAsync(ValueTask sent)
    {
        await sent;
        await EndChunk();
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> body, FileHandle? file, long offset, long count)
    {
        CheckSend();
        if (_besideOutput.Length > 0)
        {
            _queued = (body, file, offset, count);
            _isQueued = true;
            _continueWaits = false;
        }
        else if (SendNow(body, file, offset, count))
        {
            return _sender.Error.IsError ? ValueTask.FromException(Connection.SendFailed(_sender.Error)) : ValueTask.CompletedTask;
        }

        _handlerWaits = true;
        Input.Own();
        Connection.BeginSendPace();
        _flushCore.Begin(this, Ignored, CancellationToken.None);
        return new ValueTask(this, _flushCore.Version);
    }

    private bool SendNow(ReadOnlyMemory<byte> body, FileHandle? file, long offset, long count)
    {
        _sender.Prepare(_output.AsMemory(0, _outputLength), body, file, offset, count);
        _sending = true;
        if (!Connection.Device.Send(_sender))
            return false;
        EndSend();
        return true;
    }

    private NativeError EndSend()
    {
        _sending = false;
        _sender.Forget();
        if (_besideOutput.Length == 0)
        {
            _outputLength = 0;
            return _sender.Error;
        }

        _server.Buffers.Return(_besideOutput);
        _besideOutput = [];
        return _sender.Error;
    }

    /// <summary>True when the send that just ended failed.</summary>
    public NativeError SendError => _sender.Error;

    private void ReleaseOutput()
    {
        if (_output.Length > 0)
            _server.Buffers.Return(_output);
        _output = [];
        _outputLength = 0;
        _handlerWaits = false;
        _continueWaits = false;
        _isQueued = false;
        _queued = default;
        _sender.Reset();
    }
}
