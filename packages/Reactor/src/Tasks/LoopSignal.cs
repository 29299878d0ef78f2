using System.Threading.Tasks.Sources;

namespace Gabbro.Reactor.Tasks;

/// <summary>
/// Wakes the one method that waits for something to change: it looks, and waits when it does not like what it sees. Both
/// sides are on the loop's thread, so nothing is lost in between.
/// </summary>
internal sealed class LoopSignal : IValueTaskSource
{
    private static readonly Action<object?> Never = static _ => { };

    private AwaitableCore<bool> _core;

    /// <summary>True while somebody waits.</summary>
    public bool IsAwaited { get; private set; }

    public ValueTask WaitAsync()
    {
        IsAwaited = true;
        _core.Begin(this, Never, CancellationToken.None);
        return new ValueTask(this, _core.Version);
    }

    /// <summary>Lets the one that waits go on, on this stack; nothing when nobody does.</summary>
    public void Set()
    {
        if (!IsAwaited)
            return;
        IsAwaited = false;
        _core.SetResult(true);
    }

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
