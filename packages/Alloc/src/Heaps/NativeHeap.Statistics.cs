using Gabbro.Alloc.Core;

namespace Gabbro.Alloc;

public sealed unsafe partial class NativeHeap
{
    /// <summary>The books of the heap now. O(pages); allocates the result.</summary>
    /// <returns>Exact while no other thread uses the heap.</returns>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public HeapStatistics GetStatistics()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        HeapSummary summary;
        HeapWalk.Summarise(_core, &summary);
        ulong* requested = stackalloc ulong[SizeClass.Count * 2];
        List<ThreadStatistics> threads = ReadThreads(requested, out long allocations);
        List<SizeClassStatistics> classes = [];
        for (int c = 0; c < SizeClass.Count; c++)
        {
            if (summary.ClassPages[c] == 0) continue;
            ulong requests = requested[SizeClass.Count + c];
            classes.Add(new SizeClassStatistics(
                (long)SizeClass.SizeOf(c), (long)summary.ClassLive[c], (long)summary.ClassCached[c],
                (long)(summary.ClassCapacity[c] - summary.ClassLive[c] - summary.ClassCached[c]), (long)summary.ClassPages[c],
                requests == 0 ? 0 : (double)requested[c] / requests));
        }
        return new HeapStatistics
        {
            LiveBytes = (long)summary.Live,
            LiveBlocks = (long)summary.LiveBlocks,
            FreeBytes = (long)(summary.Mapped - summary.Live - summary.Metadata),
            MetadataBytes = (long)summary.Metadata,
            MappedBytes = (long)summary.Mapped,
            PeakMappedBytes = (long)summary.PeakMapped,
            ReservedBytes = (long)summary.Reserved,
            CachedBytes = (long)summary.Cached,
            FreeSpanBytes = (long)summary.SpanFree,
            DirtyBytes = (long)summary.SpanDirty,
            LargestFreeSpanBytes = (long)summary.LargestSpan,
            FreeSpans = (long)summary.Spans,
            LargeBytes = (long)summary.LargeLive,
            PurgedBytes = (long)summary.PurgedBytes,
            Allocations = allocations,
            SizeClasses = classes,
            Threads = threads,
        };
    }

    /// <summary>Where the live memory was allocated, as far as it was sampled.</summary>
    /// <returns>The profile; empty without <see cref="NativeHeapOptions.SampleInterval"/>.</returns>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public HeapProfile GetProfile()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _profiler?.Snapshot() ?? new HeapProfile(0, []);
    }

    /// <summary>Frees a block whose size the caller knows. A checked heap verifies the size.</summary>
    /// <param name="pointer">A block of this heap, or null.</param>
    /// <param name="byteCount">The size it was allocated with.</param>
    /// <exception cref="HeapMisuseException">The pointer is not of this heap, or the size is wrong.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public void FreeSized(void* pointer, nuint byteCount)
    {
        if (_checked is null || _disposed || pointer == null) Free(pointer);
        else _checked.FreeSized(pointer, byteCount);
    }

    /// <summary>Looks at every block of a checked heap, used and quarantined, for writes where none should have been.</summary>
    /// <exception cref="HeapMisuseException">One was found.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public void Verify()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _checked?.Verify();
    }

    /// <summary>A map of all memory of the heap, block by block.</summary>
    /// <returns>The map, exact while no other thread uses the heap.</returns>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public HeapMap GetMap()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return HeapMapReader.Read(this);
    }

    private List<ThreadStatistics> ReadThreads(ulong* requested, out long allocations)
    {
        List<ThreadStatistics> threads = [];
        allocations = 0;
        new Span<ulong>(requested, SizeClass.Count * 2).Clear();
        FutexLock.Acquire(&_core->Lock);
        for (ThreadHeap* thread = _core->Threads; thread != null; thread = thread->Next)
        {
            long blocks = 0;
            long bytes = 0;
            for (int c = 0; c < SizeClass.Count; c++)
            {
                int kept = Math.Max(0, ThreadHeap.Kept(thread, c));
                blocks += kept;
                bytes += kept * (long)SizeClass.SizeOf(c);
                requested[c] += thread->RequestedBytes[c];
                requested[SizeClass.Count + c] += thread->Requests[c];
            }
            allocations += (long)thread->Allocations;
            threads.Add(new ThreadStatistics((int)thread->ThreadId, thread->InUse != 0, (long)thread->Allocations, blocks, bytes));
        }
        FutexLock.Release(&_core->Lock);
        return threads;
    }
}
