namespace Gabbro.Reactor;

/// <summary>
/// Brings continuations of tasks back to the loop. It is current on the loop's thread, so an <c>await</c> there captures it
/// and an async method stays on its loop without asking for it.
/// </summary>
internal sealed class LoopSynchronizationContext(EventLoop loop) : SynchronizationContext
{
    public EventLoop Loop { get; } = loop;

    public override void Post(SendOrPostCallback d, object? state)
    {
        // A continuation that outlives its loop still has to run: it may hold a lock or owe someone an answer.
        if (!Loop.TryPost(new WorkItem(d, state)))
            ThreadPool.QueueUserWorkItem(static s => s.d(s.state), (d, state), preferLocal: false);
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (Loop.IsOnLoopThread)
            d(state);
        else
            Loop.InvokeAsync(() =>
            {
                d(state);
                return true;
            }).GetAwaiter().GetResult();
    }

    public override SynchronizationContext CreateCopy() => this;
}
