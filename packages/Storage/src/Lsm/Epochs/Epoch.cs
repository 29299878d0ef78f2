using System.Runtime.CompilerServices;

namespace Gabbro.Storage.Lsm.Epochs;

/// <summary>
/// Epoch-based reclamation (Fraser 2004) for memory outside the garbage collector: what was unlinked is freed once every
/// thread that might still look at it has left the epoch it looked in. The argument is in this folder's README.md.
/// </summary>
/// <remarks>
/// Entering costs a thread-local load and a plain store: the fence that this store needs against the following loads is
/// paid by the reclaimer, with a process-wide barrier, once for many frees.
/// </remarks>
internal static class Epoch
{
    private const int CollectThreshold = 64;
    private static readonly Lock s_lock = new();
    private static readonly List<WeakReference<EpochThread>> s_threads = [];
    private static readonly Queue<(long Epoch, IRetired Item)> s_retired = new();
    private static long s_global = 1;

    [ThreadStatic]
    private static EpochThread? t_thread;

    /// <summary>From here to <see cref="Exit"/> nothing this thread can reach is freed. Nests.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EpochThread Enter()
    {
        var thread = t_thread ?? Register();
        if (thread.Slot.Depth++ == 0)
            Volatile.Write(ref thread.Slot.Active, Volatile.Read(ref s_global));
        return thread;
    }

    /// <summary>Ends what <see cref="Enter"/> began, on the same thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exit(EpochThread thread)
    {
        if (--thread.Slot.Depth == 0)
            Volatile.Write(ref thread.Slot.Active, 0);
    }

    /// <summary>Frees <paramref name="item"/> when no reader can see it. It must be unreachable for new readers already.</summary>
    public static void Retire(IRetired item)
    {
        bool collect;
        lock (s_lock)
        {
            s_retired.Enqueue((Interlocked.Increment(ref s_global) - 1, item));
            collect = s_retired.Count >= CollectThreshold;
        }

        if (collect)
            Collect();
    }

    /// <summary>Frees all that no reader can see any more.</summary>
    public static void Collect()
    {
        while (true)
        {
            IRetired item;
            lock (s_lock)
            {
                if (s_retired.Count == 0)
                    return;
                Interlocked.MemoryBarrierProcessWide();
                var oldest = OldestActiveUnsynchronized();
                if (s_retired.Peek().Epoch >= oldest)
                    return;
                var batch = new List<IRetired>();
                while (s_retired.TryPeek(out var head) && head.Epoch < oldest)
                    batch.Add(s_retired.Dequeue().Item);
                item = new RetiredBatch(batch);
            }

            // Outside the lock: freeing may retire more.
            item.Free();
        }
    }

    internal static void Forget(EpochThread thread)
    {
        lock (s_lock)
            s_threads.RemoveAll(w => !w.TryGetTarget(out var t) || ReferenceEquals(t, thread));
    }

    private static long OldestActiveUnsynchronized()
    {
        var oldest = long.MaxValue;
        foreach (var reference in s_threads)
        {
            if (reference.TryGetTarget(out var thread))
            {
                var active = Volatile.Read(ref thread.Slot.Active);
                if (active != 0 && active < oldest)
                    oldest = active;
            }
        }

        return oldest;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static EpochThread Register()
    {
        var thread = new EpochThread();
        lock (s_lock)
            s_threads.Add(new WeakReference<EpochThread>(thread));
        return t_thread = thread;
    }

    private sealed class RetiredBatch(List<IRetired> items) : IRetired
    {
        public void Free()
        {
            foreach (var item in items)
                item.Free();
        }
    }
}
