namespace Gabbro.Storage.Lsm.Engine;

/// <summary>A token bucket over the bytes that background work writes.</summary>
internal sealed class WriteThrottle(long bytesPerSecond, TimeProvider time)
{
    private readonly object _lock = new();
    private long _paidUntil = time.GetTimestamp();
    private bool _isOpen;

    public bool IsLimited => bytesPerSecond > 0;

    /// <summary>Waits until <paramref name="bytes"/> more may be written, or until nothing is held back any more.</summary>
    public void Wait(int bytes)
    {
        lock (_lock)
        {
            // Unused time is not saved up beyond a tenth of a second: a burst after a pause would be the stall this prevents.
            _paidUntil = Math.Max(_paidUntil, time.GetTimestamp() - (time.TimestampFrequency / 10));
            _paidUntil += (long)(bytes * (double)time.TimestampFrequency / bytesPerSecond);
            var mine = _paidUntil;
            while (!_isOpen && time.GetElapsedTime(time.GetTimestamp(), mine) is var left && left > TimeSpan.Zero)
                Monitor.Wait(_lock, left);
        }
    }

    /// <summary>Lets everything through from now on: the database is closing, and background work must come to its end.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _isOpen = true;
            Monitor.PulseAll(_lock);
        }
    }
}
