using System.Threading.Tasks.Sources;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>Somebody who awaits that a commit is durable; used again and again.</summary>
internal sealed class SyncWaiter(LogSyncer owner) : IValueTaskSource
{
    // Continuations run elsewhere: whoever synced has its own caller to answer.
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };

    public Commit Commit { get; set; }

    public ValueTask Task => new(this, _source.Version);

    public void Complete(Exception? failure)
    {
        if (failure is null)
            _source.SetResult(true);
        else
            _source.SetException(failure);
    }

    /// <inheritdoc/>
    public void GetResult(short token)
    {
        try
        {
            _source.GetResult(token);
        }
        finally
        {
            _source.Reset();
            owner.Return(this);
        }
    }

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
