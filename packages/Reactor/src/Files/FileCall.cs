using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Gabbro.Platform.Files;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Files;

/// <summary>One call of a file on a thread of the pool, used again and again: this is what makes it allocate nothing.</summary>
internal sealed class FileCall(EventLoop loop, FileHandle handle, Stack<FileCall> stock)
    : IBlockingWork, ILoopWork, IValueTaskSource<int>, IValueTaskSource<long>, IValueTaskSource
{
    private const int Waiting = 0;
    private const int Running = 1;
    private const int Canceled = 2;

    private static readonly Action<object?> CanceledAnywhere = static state => ((FileCall)state!).Cancel();

    private AwaitableCore<long> _core;
    private FileCallKind _kind;
    private Memory<byte> _buffer;
    private long _offset;
    private long _result;
    private Exception? _failure;
    private int _state;

    public short Version => _core.Version;

    /// <summary>Hands the call to the pool.</summary>
    public void Start(FileCallKind kind, ReadOnlyMemory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        _kind = kind;
        _buffer = MemoryMarshal.AsMemory(buffer);
        _offset = offset;
        _failure = null;
        _state = Waiting;
        _core.Begin(this, CanceledAnywhere, cancellationToken);
        try
        {
            loop.Blocking.Enqueue(this);
        }
        catch (Exception refused)
        {
            // Told through the task like every other failure; nobody else has seen this call.
            _failure = refused;
            Run();
        }
    }

    /// <summary>On a thread of the pool.</summary>
    public void Execute()
    {
        if (Interlocked.CompareExchange(ref _state, Running, Waiting) != Waiting)
            return;
        try
        {
            switch (_kind)
            {
                case FileCallKind.Read:
                    _result = handle.ReadFullyAt(_buffer.Span, _offset);
                    break;
                case FileCallKind.Write:
                    handle.WriteAllAt(_buffer.Span, _offset);
                    break;
                case FileCallKind.Length:
                    _result = handle.Length;
                    break;
                case FileCallKind.Sync:
                    handle.Sync();
                    break;
            }
        }
        catch (Exception exception)
        {
            _failure = exception;
        }

        loop.TryPost(new WorkItem(this, null));
    }

    /// <summary>Takes the call back if no thread has it yet. Any thread.</summary>
    public void Cancel()
    {
        if (Interlocked.CompareExchange(ref _state, Canceled, Waiting) != Waiting)
            return;
        _failure = _core.Token.IsCancellationRequested ? new OperationCanceledException(_core.Token)
            : new ObjectDisposedException(nameof(EventLoop), "The loop was disposed while a call of a file waited for a thread.");

        // A loop that is being disposed takes no more work, and does this on its own thread.
        if (!loop.TryPost(new WorkItem(this, null)) && loop.IsOnLoopThread)
            Run();
    }

    /// <summary>Back on the loop.</summary>
    public void Run()
    {
        _buffer = default;
        if (_failure is null)
            _core.SetResult(_result);
        else
            _core.SetException(_failure);
    }

    int IValueTaskSource<int>.GetResult(short token) => (int)Take(token);

    long IValueTaskSource<long>.GetResult(short token) => Take(token);

    void IValueTaskSource.GetResult(short token) => Take(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private long Take(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            // One that was taken back still stands in the queue of the pool: it is not used again.
            if (!_core.IsBusy && _state != Canceled)
                stock.Push(this);
        }
    }
}
