using System.Collections.Concurrent;
using Gabbro.Platform.Polling;

namespace Gabbro.Platform.Processes;

/// <summary>One background thread that takes the exit status of children somebody awaits, and of children that were disposed before
/// they ended, so that none stays a zombie. It lives as long as the process.</summary>
internal static class ChildReaper
{
    private static readonly ReadinessPoller Poller = new();
    private static readonly ConcurrentDictionary<ulong, ChildProcess> Watched = new();
    private static ulong s_next;

    static ChildReaper()
    {
        Thread thread = new(Run) { IsBackground = true, Name = "gabbro child reaper" };
        thread.Start();
    }

    /// <summary>Watches a child until it has ended, then tells it.</summary>
    internal static void Watch(ChildProcess child)
    {
        ulong token = Interlocked.Increment(ref s_next);
        Watched[token] = child;
        Poller.Add(child.ExitHandle, token, PollInterest.Readable | PollInterest.OneShot);
    }

    private static void Run()
    {
        PollEvent[] events = new PollEvent[64];
        while (true)
        {
            int count = Poller.Wait(events, Timeout.InfiniteTimeSpan);
            for (int i = 0; i < count; i++)
            {
                if (!Watched.TryRemove(events[i].Token, out ChildProcess? child)) continue;
                Poller.Remove(child.ExitHandle);
                child.OnExit();
            }
        }
    }
}
