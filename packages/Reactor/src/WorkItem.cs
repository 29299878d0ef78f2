namespace Gabbro.Reactor;

/// <summary>
/// One callback in a loop's queue: two references, whatever kind of delegate it is, so that queueing any of them
/// allocates nothing.
/// </summary>
internal readonly struct WorkItem(object callback, object? state)
{
    private readonly object _callback = callback;
    private readonly object? _state = state;

    public void Invoke()
    {
        switch (_callback)
        {
            case Action action:
                action();
                break;
            case SendOrPostCallback post:
                post(_state);
                break;
            case Action<object?> action:
                action(_state);
                break;
            default:
                ((ILoopWork)_callback).Run();
                break;
        }
    }

    public override string ToString() => _callback is Delegate callback
        ? $"{(callback.Target as System.Delegate ?? callback).Method.DeclaringType}.{(callback.Target as System.Delegate ?? callback).Method.Name}"
        : _callback.ToString() ?? _callback.GetType().Name;
}
