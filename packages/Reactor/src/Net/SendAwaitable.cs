using System.Threading.Tasks.Sources;
using Gabbro.Platform.Files;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Net;

/// <summary>The send of one stream, used again and again.</summary>
internal sealed class SendAwaitable(StreamSocket stream) : SendOperation, IValueTaskSource
{
    private static readonly Action<object?> CanceledAnywhere = static state => ((SendAwaitable)state!).PostCancel();

    private AwaitableCore<bool> _core;

    public bool IsBusy => _core.IsBusy;

    /// <summary>True while the device holds the operation, and with it the caller's buffers.</summary>
    public bool IsOutstanding { get; private set; }

    public ValueTask Start(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second, CancellationToken cancellationToken)
    {
        Clear();
        Buffer = first;
        Second = second;
        return Start(cancellationToken);
    }

    public ValueTask StartGather(ReadOnlyMemory<ReadOnlyMemory<byte>> buffers, CancellationToken cancellationToken)
    {
        Clear();
        Rest = buffers;
        AdvanceRest(0);
        return IsFinished ? ValueTask.CompletedTask : Start(cancellationToken);
    }

    public ValueTask StartFile(FileHandle file, long offset, long count, CancellationToken cancellationToken)
    {
        Clear();
        File = file;
        FileOffset = offset;
        FileRemaining = count;
        return Start(cancellationToken);
    }

    public override void OnCompleted()
    {
        IsOutstanding = false;
        Exception? failure = Ended();
        if (failure is null)
            _core.SetResult(true);
        else
            _core.SetException(failure);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private ValueTask Start(CancellationToken cancellationToken)
    {
        if (stream.Device.Send(this))
            return Ended() is { } failure ? ValueTask.FromException(failure) : ValueTask.CompletedTask;
        IsOutstanding = true;
        _core.Begin(this, CanceledAnywhere, cancellationToken);
        return new ValueTask(this, _core.Version);
    }

    private Exception? Ended()
    {
        Exception? failure = Error.IsError ? stream.Explain("send", Error, _core.Token) : null;
        Buffer = default;
        Second = default;
        Rest = default;
        File = null;
        return failure;
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
