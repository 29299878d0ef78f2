using System.Threading;

namespace Gabbro.Alloc.Core;

/// <summary>Looking at a heap from outside. Everything here holds the heap's lock, so no span comes or goes meanwhile.</summary>
internal static unsafe class HeapWalk
{
    internal static void Summarise(HeapCore* heap, HeapSummary* summary)
    {
        *summary = default;
        FutexLock.Acquire(&heap->Lock);
        summary->Mapped = heap->Totals.Committed;
        summary->Reserved = heap->Totals.Reserved;
        summary->PeakMapped = heap->Totals.PeakCommitted;
        summary->Metadata = heap->Totals.Metadata;
        summary->PurgedBytes = heap->Totals.PurgedBytes;
        summary->Threads = (nuint)heap->LiveThreads;
        summary->LargeLive = heap->Totals.LargeLive;
        summary->LargeBlocks = heap->Totals.LargeBlocks;
        for (Page* page = heap->HugePages; page != null; page = page->Next) summary->HugeLive += page->Bytes;
        for (Region* region = heap->Regions; region != null; region = region->Next)
        {
            summary->Unused += (nuint)(region->Committed - region->Top);
            Page* page;
            for (byte* at = region->Start; at < region->Top; at += page->Slices * Region.SliceBytes)
            {
                page = PageMap.Of(at);
                AddSpan(summary, page);
            }
        }
        for (ThreadHeap* thread = heap->Threads; thread != null; thread = thread->Next)
        {
            for (int c = 0; c < SizeClass.Count; c++)
            {
                int kept = ThreadHeap.Kept(thread, c);
                if (kept > 0) summary->ClassCached[c] += (uint)kept;
            }
        }
        FutexLock.Release(&heap->Lock);
        summary->Live = summary->LargeLive;
        summary->LiveBlocks = summary->LargeBlocks;
        for (int c = 0; c < SizeClass.Count; c++)
        {
            nuint size = SizeClass.SizeOf(c);
            // Other threads move while we look: never let a difference wrap.
            ulong cached = summary->ClassCached[c];
            if (cached > summary->ClassLive[c]) cached = summary->ClassLive[c];
            summary->ClassCached[c] = cached;
            summary->ClassLive[c] -= cached;
            summary->Cached += (nuint)cached * size;
            summary->Live += (nuint)summary->ClassLive[c] * size;
            summary->LiveBlocks += (nuint)summary->ClassLive[c];
        }
    }

    /// <summary>Blocks of a page that are neither in its lists nor handed in by other threads.</summary>
    internal static uint UsedBlocks(Page* page)
    {
        nuint remote = Volatile.Read(ref page->Remote) >> Page.RemoteCountShift;
        return page->Used > remote ? page->Used - (uint)remote : 0;
    }

    private static void AddSpan(HeapSummary* summary, Page* page)
    {
        nuint bytes = page->Slices * Region.SliceBytes;
        if (page->Kind == PageKind.Blocks)
        {
            uint used = UsedBlocks(page);
            summary->Pages++;
            summary->ClassPages[page->Class]++;
            summary->ClassLive[page->Class] += used;
            summary->ClassCapacity[page->Class] += page->Capacity;
            summary->PageFree += bytes - (used * (nuint)page->BlockBytes);
        }
        else if (page->Kind == PageKind.Large)
        {
            summary->PageFree += bytes - page->Bytes;
        }
        else
        {
            summary->Spans++;
            summary->SpanFree += bytes;
            summary->SpanDirty += page->DirtySlices * Region.SliceBytes;
            if (bytes > summary->LargestSpan) summary->LargestSpan = bytes;
        }
    }
}
