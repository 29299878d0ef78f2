namespace Gabbro.Platform.Locks;

/// <summary>
/// Pauses between attempts at a lock: yields first, since most locks are held for microseconds, then sleeps of 1 to 5 ms,
/// where a longer pause would be felt and a shorter one would keep a core awake.
/// </summary>
internal struct LockBackoff
{
    private const int Yields = 16;
    private const int LongestSleep = 5;

    private int _round;

    /// <summary>Pauses once, at most for the time left.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal void Pause(TimeSpan left, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_round++ < Yields)
        {
            Thread.Yield();
            return;
        }
        int milliseconds = Math.Min(_round - Yields, LongestSleep);
        if (left != Timeout.InfiniteTimeSpan)
            milliseconds = (int)Math.Min(milliseconds, Math.Ceiling(left.TotalMilliseconds));
        if (!cancellationToken.CanBeCanceled)
            Thread.Sleep(milliseconds);
        else if (cancellationToken.WaitHandle.WaitOne(milliseconds))
            cancellationToken.ThrowIfCancellationRequested();
    }
}
