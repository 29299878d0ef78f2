namespace Gabbro.Scheduler.Jobs;

/// <summary>
/// The spare job objects of one type: two magazines per thread, and a depot where threads that run more than they spawn
/// leave full ones for those that spawn more than they run.
/// </summary>
/// <remarks>
/// After J. Bonwick and J. Adams, "Magazines and Vmem" (2001): with two magazines a thread goes to the depot, and its lock,
/// at most once in <see cref="Rounds"/> operations, whatever their order. The depot is held weakly, so what a burst has left
/// there is garbage at the next full collection and at the service of the next burst until then.
/// </remarks>
internal sealed class ScopeJobMagazines<TJob>
    where TJob : struct, IForkAction
{
    /// <summary>Objects per magazine: a lock in 256 operations is not seen in a profile, and 512 spares are 16 KiB.</summary>
    private const int Rounds = 256;

    private static readonly Lock s_lock = new();
    private static readonly WeakReference<Depot> s_depot = new(null!);

    [ThreadStatic]
    private static ScopeJobMagazines<TJob>? t_own;

    private ScopeJob<TJob>[] _loaded = new ScopeJob<TJob>[Rounds];
    private int _count;

    /// <summary>Full or empty, as the flag says.</summary>
    private ScopeJob<TJob>[] _previous = new ScopeJob<TJob>[Rounds];
    private bool _previousIsFull;

    public static ScopeJobMagazines<TJob> Own => t_own ??= new ScopeJobMagazines<TJob>();

    public ScopeJob<TJob> Take()
    {
        if (_count == 0 && !TryReload())
            return new ScopeJob<TJob>();
        return _loaded[--_count];
    }

    public void Give(ScopeJob<TJob> job)
    {
        if (_count == Rounds)
            Unload();
        _loaded[_count++] = job;
    }

    private bool TryReload()
    {
        if (!_previousIsFull)
        {
            lock (s_lock)
            {
                if (!s_depot.TryGetTarget(out var depot) || !depot.Full.TryPop(out var full))
                    return false;
                depot.Empty.Push(_previous);
                _previous = full;
            }
        }

        Swap();
        _previousIsFull = false;
        _count = Rounds;
        return true;
    }

    private void Unload()
    {
        if (_previousIsFull)
        {
            lock (s_lock)
            {
                if (!s_depot.TryGetTarget(out var depot))
                    s_depot.SetTarget(depot = new Depot());
                depot.Full.Push(_previous);
                _previous = depot.Empty.TryPop(out var empty) ? empty : new ScopeJob<TJob>[Rounds];
            }
        }

        Swap();
        _previousIsFull = true;
        _count = 0;
    }

    private void Swap() => (_loaded, _previous) = (_previous, _loaded);

    private sealed class Depot
    {
        public readonly Stack<ScopeJob<TJob>[]> Full = new();
        public readonly Stack<ScopeJob<TJob>[]> Empty = new();
    }
}
