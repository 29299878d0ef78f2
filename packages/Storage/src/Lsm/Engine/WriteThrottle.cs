namespace Gabbro.Storage.Lsm.Engine;

/// <summary>A token bucket over the bytes that background work writes.</summary>
internal sealed class WriteThrottle(long bytesPerSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _paidUntil = time.GetTimestamp();

    public bool IsLimited => bytesPerSecond > 0;

    /// <summary>Waits until <paramref name="bytes"/> more may be written.</summary>
    public void Wait(int bytes)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            // Unused time is not saved up beyond a tenth of a second: a burst after a pause would be the stall this prevents.
            _paidUntil = Math.Max(_paidUntil, now - (time.TimestampFrequency / 10));
            _paidUntil += (long)(bytes * (double)time.TimestampFrequency / bytesPerSecond);
            wait = _paidUntil > now ? time.GetElapsedTime(now, _paidUntil) : TimeSpan.Zero;
        }

        if (wait > TimeSpan.Zero)
            Thread.Sleep(wait);
    }
}
