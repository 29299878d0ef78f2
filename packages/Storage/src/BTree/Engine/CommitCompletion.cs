using System.Threading.Tasks.Sources;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>One caller who waits for a commit to be durable; pooled, so that waiting allocates nothing once warm.</summary>
internal sealed class CommitCompletion(AsyncCommits owner) : IValueTaskSource
{
    // Continuations must not run on the thread that syncs for everybody.
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    public ulong Position { get; private set; }

    public ulong Transaction { get; private set; }

    public ValueTask Begin(ulong position, ulong transaction)
    {
        Position = position;
        Transaction = transaction;
        return new ValueTask(this, _core.Version);
    }

    public void Complete(Exception? failure)
    {
        if (failure == null)
            _core.SetResult(true);
        else
            _core.SetException(failure);
    }

    void IValueTaskSource.GetResult(short token)
    {
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            owner.Return(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
