namespace Gabbro.Reactor.Backends;

/// <summary>A thread that makes one blocking call after another for one direction of a <see cref="ThreadedPipe"/>.</summary>
/// <remarks>
/// A thread of its own, not one of the bounded pool: a read of a silent pipe lasts as long as the silence, and a few of
/// them would stop all blocking work of the loop.
/// </remarks>
internal sealed class PipeThread(string name, Action call, Action ended)
{
    private readonly object _gate = new();
    private int _asked;
    private bool _closed;
    private bool _started;

    /// <summary>Asks for one call; <c>ended</c> runs on the thread behind it. The loop's thread only.</summary>
    public void Request()
    {
        lock (_gate)
        {
            _asked++;
            Monitor.Pulse(_gate);
        }

        if (_started)
            return;
        _started = true;
        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>Lets the thread end, behind the call it may be in.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                while (_asked == 0 && !_closed)
                    Monitor.Wait(_gate);
                if (_closed)
                    return;
                _asked--;
            }

            call();
            ended();
        }
    }
}
