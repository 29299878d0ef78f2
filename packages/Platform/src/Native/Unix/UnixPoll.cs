using System.Diagnostics;

namespace Gabbro.Platform.Native.Unix;

/// <summary>Waiting for one descriptor with poll(2), carrying on after signals.</summary>
internal static unsafe class UnixPoll
{
    /// <summary>Waits until a read would not block.</summary>
    /// <returns>The error, or whether it became readable in time.</returns>
    internal static (NativeError Error, bool IsReady) WaitReadable(int descriptor, TimeSpan timeout)
    {
        long started = Stopwatch.GetTimestamp();
        int milliseconds = Milliseconds(timeout);
        while (true)
        {
            PollDescriptor request = new() { fd = descriptor, events = SysPoll.POLLIN };
            int result = SysPoll.poll(&request, 1, milliseconds);
            if (result > 0) return (default, true);
            if (result < 0)
            {
                NativeError error = NativeError.Last();
                if (error.Kind != ErrorKind.Interrupted) return (error, false);
            }

            if (milliseconds < 0) continue;
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return (default, false);
            milliseconds = Milliseconds(left);
        }
    }

    internal static bool Throwing(this (NativeError Error, bool IsReady) outcome, string operation)
    {
        outcome.Error.ThrowIfError(operation);
        return outcome.IsReady;
    }

    // Rounded up, or the last fraction of a millisecond would spin.
    private static int Milliseconds(TimeSpan time) =>
        time < TimeSpan.Zero ? -1 : (int)Math.Min(Math.Ceiling(time.TotalMilliseconds), int.MaxValue);
}
