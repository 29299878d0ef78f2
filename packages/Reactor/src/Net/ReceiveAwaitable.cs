using System.Threading.Tasks.Sources;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Net;

/// <summary>The receive of one stream, used again and again: this is what makes a read allocate nothing.</summary>
internal sealed class ReceiveAwaitable(StreamSocket stream) : ReceiveOperation, IValueTaskSource<int>, IValueTaskSource<ReadOnlyMemory<byte>>
{
    private static readonly Action<object?> CanceledAnywhere = static state => ((ReceiveAwaitable)state!).PostCancel();

    private AwaitableCore<int> _core;

    public bool IsBusy => _core.IsBusy;

    /// <summary>True while the device holds the operation, and with it the caller's buffer.</summary>
    public bool IsOutstanding { get; private set; }

    public ValueTask<int> Start(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Buffer = buffer;
        if (stream.Device.Receive(this))
            return Ended(out Exception? failure) is var count && failure is null ? new ValueTask<int>(count) : ValueTask.FromException<int>(failure);
        Wait(cancellationToken);
        return new ValueTask<int>(this, _core.Version);
    }

    public ValueTask<int> StartScatter(ReadOnlyMemory<Memory<byte>> buffers, CancellationToken cancellationToken)
    {
        Rest = buffers[1..];
        return Start(buffers.Span[0], cancellationToken);
    }

    public ValueTask<ReadOnlyMemory<byte>> StartBorrowed(CancellationToken cancellationToken)
    {
        Buffer = default;
        if (stream.Device.Receive(this))
        {
            Ended(out Exception? failure);
            return failure is null ? new ValueTask<ReadOnlyMemory<byte>>(Borrowed) : ValueTask.FromException<ReadOnlyMemory<byte>>(failure);
        }

        Wait(cancellationToken);
        return new ValueTask<ReadOnlyMemory<byte>>(this, _core.Version);
    }

    public override void OnCompleted()
    {
        IsOutstanding = false;
        int count = Ended(out Exception? failure);
        if (failure is null)
            _core.SetResult(count);
        else
            _core.SetException(failure);
    }

    int IValueTaskSource<int>.GetResult(short token) => _core.GetResult(token);

    ReadOnlyMemory<byte> IValueTaskSource<ReadOnlyMemory<byte>>.GetResult(short token)
    {
        ReadOnlyMemory<byte> borrowed = Borrowed;
        Borrowed = default;
        _core.GetResult(token);
        return borrowed;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Wait(CancellationToken cancellationToken)
    {
        IsOutstanding = true;
        _core.Begin(this, CanceledAnywhere, cancellationToken);
    }

    private int Ended(out Exception? failure)
    {
        Buffer = default;
        Rest = default;
        failure = Error.IsError ? stream.Explain("receive", Error, _core.Token) : null;
        return Count;
    }

    private void PostCancel()
    {
        short version = _core.Version;
        stream.Loop.TryPost(new WorkItem(() => Cancel(version), null));
    }

    private void Cancel(short version)
    {
        if (IsOutstanding && _core.Version == version)
            stream.Device.Cancel(this);
    }
}
