namespace Gabbro.Scheduler.Integration;

/// <summary>Runs a callback with its context current and its poster's execution context.</summary>
internal static class ContextRunner
{
    public static void Run(SynchronizationContext current, ExecutionContext? flow, SendOrPostCallback callback, object? state)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(current);
        try
        {
            if (flow is null)
                callback(state);
            else
                ExecutionContext.Run(flow, s => Restored(current, callback, s), state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>Running under another execution context may have replaced the current synchronization context.</summary>
    private static void Restored(SynchronizationContext current, SendOrPostCallback callback, object? state)
    {
        SynchronizationContext.SetSynchronizationContext(current);
        callback(state);
    }
}
