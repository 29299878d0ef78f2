using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>
/// A descriptor that no poller takes: a pipe on Windows, a regular file as standard input. Each direction has a thread that
/// makes the blocking calls, started when it is first used.
/// </summary>
/// <remarks>
/// The threads work in buffers of the device, never in the caller's: an operation that is canceled gives its buffer back at
/// once, and what a read under way brings is kept for the next one. A thread in a call that never returns ends with the
/// process; the descriptor is closed behind that call.
/// </remarks>
internal sealed class ThreadedPipe : StreamDevice
{
    private const int BufferSize = 32 * 1024;

    private readonly FileHandle _pipe;
    private readonly PipeThread _reader;
    private readonly PipeThread _writer;
    private byte[] _input = [];
    private int _inputStart;
    private int _inputCount;
    private NativeError _inputError;
    private bool _inputEnded;
    private bool _reading;
    private ReceiveOperation? _receive;
    private byte[] _output = [];
    private int _outputCount;
    private NativeError _outputError;
    private bool _writing;
    private SendOperation? _send;

    public ThreadedPipe(EventLoop loop, FileHandle pipe)
        : base(loop)
    {
        _pipe = pipe;
        WorkItem read = new(new Action(ReadEnded), null);
        WorkItem written = new(new Action(WriteEnded), null);
        _reader = new PipeThread($"Gabbro {loop.Name} pipe reader", Read, () => loop.TryPost(read));
        _writer = new PipeThread($"Gabbro {loop.Name} pipe writer", Write, () => loop.TryPost(written));
    }

    public override SocketEndpoint RemoteAddress => default;

    public override SocketEndpoint LocalAddress => default;

    public override bool Receive(ReceiveOperation operation)
    {
        operation.Error = default;
        if (TryDeliver(operation))
            return true;
        _receive = operation;
        if (!_reading)
        {
            _reading = true;
            if (_input.Length == 0)
                _input = GC.AllocateUninitializedArray<byte>(BufferSize);
            _reader.Request();
        }

        return false;
    }

    public override bool Send(SendOperation operation)
    {
        operation.Error = default;
        if (operation.IsFinished)
            return true;
        _send = operation;
        if (!_writing)
            BeginWrite(operation);
        return false;
    }

    public override void Cancel(IoOperation operation)
    {
        if (ReferenceEquals(operation, _receive))
            _receive = null;
        else if (ReferenceEquals(operation, _send))
            _send = null;
        else
            return;
        operation.Count = 0;
        operation.Error = SystemErrors.Canceled;
        operation.OnCompleted();
    }

    public override void Shutdown(SocketShutdown how) => Close();

    public override void ResetOnClose()
    {
    }

    protected override void CloseCore()
    {
        _reader.Close();
        _writer.Close();
        _pipe.Dispose();
        (ReceiveOperation? receive, SendOperation? send) = (_receive, _send);
        (_receive, _send) = (null, null);
        EndClosed(receive);
        EndClosed(send);
    }

    private void EndClosed(IoOperation? operation)
    {
        if (operation is null)
            return;
        operation.Count = 0;
        operation.Error = SystemErrors.Canceled;
        Loop.Complete(operation);
    }

    private bool TryDeliver(ReceiveOperation operation)
    {
        if (_reading || (_inputCount == 0 && !_inputEnded && !_inputError.IsError))
            return false;
        if (_inputCount == 0)
        {
            operation.Count = 0;
            operation.Borrowed = default;
            operation.Error = _inputError;
            return true;
        }

        bool borrow = operation.Buffer.IsEmpty;
        Memory<byte> target = borrow ? Loop.TakeReceiveBuffer() : operation.Buffer;
        if (borrow && operation.BorrowLimit > 0 && operation.BorrowLimit < target.Length)
            target = target[..operation.BorrowLimit];
        int count = Math.Min(target.Length, _inputCount);
        _input.AsSpan(_inputStart, count).CopyTo(target.Span);
        _inputStart += count;
        _inputCount -= count;
        operation.Count = count;
        if (borrow)
            operation.Borrowed = target[..count];
        return true;
    }

    /// <summary>On the reader's thread; the loop leaves these fields alone while <see cref="_reading"/>.</summary>
    private void Read()
    {
        _inputStart = 0;
        try
        {
            _pipe.TryRead(_input, out _inputCount, out _inputError);
        }
        catch (ObjectDisposedException)
        {
            _inputCount = 0;
            _inputError = SystemErrors.Canceled;
        }

        // Windows tells the end of a pipe as an error.
        if (_inputError.Kind is ErrorKind.BrokenPipe or ErrorKind.EndOfFile)
            _inputError = default;
        _inputEnded = _inputCount == 0;
    }

    private void ReadEnded()
    {
        _reading = false;
        if (IsClosed || _receive is not { } receive)
            return;
        _receive = null;
        TryDeliver(receive);
        Loop.Complete(receive);
    }

    private void BeginWrite(SendOperation operation)
    {
        if (_output.Length == 0)
            _output = GC.AllocateUninitializedArray<byte>(BufferSize);
        if (!operation.Buffer.IsEmpty || !operation.Second.IsEmpty)
        {
            int first = Math.Min(operation.Buffer.Length, BufferSize);
            int second = Math.Min(operation.Second.Length, BufferSize - first);
            operation.Buffer.Span[..first].CopyTo(_output);
            operation.Second.Span[..second].CopyTo(_output.AsSpan(first));
            _outputCount = first + second;
            operation.Advance(_outputCount);
        }
        else
        {
            int most = (int)Math.Min(BufferSize, operation.FileRemaining);
            if (!operation.File!.TryReadAt(_output.AsSpan(0, most), operation.FileOffset, out _outputCount, out NativeError error) || _outputCount == 0)
            {
                _outputCount = 0;
                _outputError = error.IsError ? error : SystemErrors.EndOfFile;
            }

            operation.FileOffset += _outputCount;
            operation.FileRemaining -= _outputCount;
        }

        _writing = true;
        _writer.Request();
    }

    /// <summary>On the writer's thread; the loop leaves these fields alone while <see cref="_writing"/>.</summary>
    private void Write()
    {
        try
        {
            for (int sent = 0; sent < _outputCount && !_outputError.IsError;)
            {
                _pipe.TryWrite(_output.AsSpan(sent, _outputCount - sent), out int count, out _outputError);
                sent += count;
            }
        }
        catch (ObjectDisposedException)
        {
            _outputError = SystemErrors.Canceled;
        }
    }

    private void WriteEnded()
    {
        _writing = false;
        NativeError error = _outputError;
        _outputError = default;
        if (IsClosed || _send is not { } send)
            return;
        if (!error.IsError && !send.IsFinished)
        {
            BeginWrite(send);
            return;
        }

        _send = null;
        send.Error = error;
        Loop.Complete(send);
    }
}
