using System.Collections.Concurrent;
using System.Diagnostics;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc;

/// <summary>
/// Samples the growth of a heap. It sees only allocations on the slow path, which is where a heap grows, so it costs the
/// fast path nothing. A sampled block gets a span of its own, so that its free takes the slow path too.
/// </summary>
internal sealed unsafe class HeapProfiler(long interval)
{
    private readonly ConcurrentDictionary<nint, Sample> _samples = new();
    private long _grown;

    // Naming the frames of a stack costs ten times what walking it does, and most samples are freed before anybody asks.
    private readonly record struct Sample(long Weight, long Size, StackTrace Stack);

    /// <summary>Whether the heap has grown by the interval since the last sample.</summary>
    internal bool IsDue => Volatile.Read(ref _grown) >= interval;

    /// <summary>
    /// Counts the bytes a slow-path allocation stands for: a refill also brings the blocks that later allocations will
    /// take from the thread's list without being seen.
    /// </summary>
    internal void Count(ThreadHeap* thread, nuint size)
    {
        nuint stands = size;
        if (size <= SizeClass.SmallLimit && thread != null)
        {
            int sizeClass = SizeClass.Of(size);
            stands = SizeClass.SizeOf(sizeClass) * (nuint)(1 + ThreadHeap.Kept(thread, sizeClass));
        }
        Interlocked.Add(ref _grown, (long)stands);
    }

    internal void* Alloc(NativeHeap heap, nuint size, nuint alignment, bool zero)
    {
        long weight = Interlocked.Exchange(ref _grown, 0);
        void* block = LargeBlocks.Alloc(heap.Core, size, alignment, zero);
        if (block != null) _samples[(nint)block] = new Sample(Math.Max(weight, (long)size), (long)size, new StackTrace(3, fNeedFileInfo: false));
        return block;
    }

    internal void Forget(void* block) => _samples.TryRemove((nint)block, out _);

    internal HeapProfile Snapshot()
    {
        List<HeapProfileStack> stacks = [];
        foreach (IGrouping<string, Sample> group in _samples.Values.GroupBy(static sample => sample.Stack.ToString()))
            stacks.Add(new HeapProfileStack(group.Key, group.Count(), group.Sum(static sample => sample.Weight)));
        stacks.Sort(static (left, right) => right.EstimatedBytes.CompareTo(left.EstimatedBytes));
        return new HeapProfile(interval, stacks);
    }
}
