using Gabbro.Alloc.Core;

namespace Gabbro.Alloc;

/// <summary>The heaps of the process that are not disposed, by the identity that is never used twice.</summary>
internal static unsafe class LiveHeaps
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<ulong, NativeHeap> s_heaps = [];
    private static readonly List<(Thread Thread, Dictionary<ulong, nint> Heaps)> s_threads = [];
    private static ulong s_lastId;

    /// <summary>Sweeping looks at every thread, so it waits until there are twice as many as were alive the last time.</summary>
    private static int s_sweepAt = 8;

    internal static ulong Add(NativeHeap heap)
    {
        lock (s_lock)
        {
            s_heaps.Add(++s_lastId, heap);
            return s_lastId;
        }
    }

    /// <summary>Runs the release of a heap while no thread's end can touch it, and forgets it.</summary>
    internal static void Remove(ulong id, Action release)
    {
        lock (s_lock)
        {
            s_heaps.Remove(id);
            release();
        }
    }

    internal static NativeHeap[] Snapshot()
    {
        lock (s_lock) return [.. s_heaps.Values];
    }

    /// <summary>The heap whose core a page belongs to, or null.</summary>
    internal static NativeHeap? OwnerOf(HeapCore* core)
    {
        lock (s_lock)
        {
            foreach (NativeHeap heap in s_heaps.Values)
            {
                if (heap.Core == core) return heap;
            }
            return null;
        }
    }

    /// <summary>Takes note of a thread, and takes back the parts of those that have ended.</summary>
    internal static void AddThread(Thread thread, Dictionary<ulong, nint> heaps)
    {
        lock (s_lock)
        {
            if (s_threads.Count >= s_sweepAt)
            {
                for (int i = s_threads.Count - 1; i >= 0; i--)
                {
                    if (s_threads[i].Thread.IsAlive) continue;
                    DetachUnsynchronized(s_threads[i].Heaps);
                    s_threads[i] = s_threads[^1];
                    s_threads.RemoveAt(s_threads.Count - 1);
                }
                s_sweepAt = Math.Max(8, s_threads.Count * 2);
            }
            s_threads.Add((thread, heaps));
        }
    }

    /// <summary>Hands the parts of a thread that has ended back to the heaps that still live.</summary>
    internal static void Detach(Dictionary<ulong, nint> heaps)
    {
        lock (s_lock)
        {
            DetachUnsynchronized(heaps);
            s_threads.RemoveAll(entry => ReferenceEquals(entry.Heaps, heaps));
        }
    }

    private static void DetachUnsynchronized(Dictionary<ulong, nint> heaps)
    {
        foreach ((ulong id, nint thread) in heaps)
        {
            if (s_heaps.ContainsKey(id)) ThreadHeaps.Detach((ThreadHeap*)thread);
        }
        // Whichever of the two ways comes second finds nothing left to do.
        heaps.Clear();
    }

    /// <summary>Drops a thread's entries for heaps that are gone.</summary>
    internal static void Forget(Dictionary<ulong, nint> heaps)
    {
        lock (s_lock)
        {
            foreach (ulong id in heaps.Keys)
            {
                if (!s_heaps.ContainsKey(id)) heaps.Remove(id);
            }
        }
    }
}
