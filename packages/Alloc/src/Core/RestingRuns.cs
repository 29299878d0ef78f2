namespace Gabbro.Alloc.Core;

/// <summary>
/// Runs of slices of a hardened heap that are in no use and keep their guard for the next use of the same length: taking a
/// guard down and putting it up again are two system calls, a hundred times what a block costs. They merge with nobody
/// meanwhile, so there are few. All functions want the heap's lock held.
/// </summary>
internal static unsafe class RestingRuns
{
    /// <summary>The longest run kept: a page of the largest blocks, or a block of a megabyte.</summary>
    internal const int LongestSlices = 64;

    /// <summary>4 MiB in all: half of what an ordinary heap keeps without anybody looking after it.</summary>
    private const nuint MostSlices = Purging.QuietSlices / 2;

    /// <summary>Whether a run may rest, which has its guard up.</summary>
    internal static bool Accepts(HeapCore* heap, Page* page) =>
        page->GuardBytes != 0 && page->Slices <= LongestSlices && heap->RestingSlices + page->Slices <= MostSlices;

    /// <summary>Puts a run to rest whose map entries are cleared.</summary>
    internal static void PutUnsynchronized(HeapCore* heap, Page* page)
    {
        Region* region = page->Region;
        nuint first = Spans.SliceOf(region, page->Start);
        for (nuint i = first; i < first + page->Slices; i++) region->Dirty[i >> 6] |= 1UL << (int)(i & 63);
        page->Clean = 0;
        page->DirtySlices = page->Slices;
        page->Kind = PageKind.Resting;
        page->Owner = null;
        page->Free = null;
        page->Remote = 0;
        page->Retained = 0;
        page->Next = (Page*)heap->Resting[page->Slices];
        heap->Resting[page->Slices] = (ulong)page;
        heap->RestingSlices += page->Slices;
        heap->Totals.InUse -= page->Slices * Region.SliceBytes;
        // Who walks the heap finds the run by its start.
        PageMap.Set(page->Start, page);
    }

    /// <summary>A run of exactly so many slices, its guard up; null when none rests.</summary>
    internal static Page* TakeUnsynchronized(HeapCore* heap, uint slices)
    {
        if (slices > LongestSlices) return null;
        Page* page = (Page*)heap->Resting[slices];
        if (page == null) return null;
        heap->Resting[slices] = (ulong)page->Next;
        heap->RestingSlices -= slices;
        heap->Totals.InUse += slices * Region.SliceBytes;
        page->Next = null;
        return page;
    }

    /// <summary>Makes free spans of all of them.</summary>
    internal static void ReleaseUnsynchronized(HeapCore* heap)
    {
        for (uint slices = 1; slices <= LongestSlices; slices++)
        {
            while (TakeUnsynchronized(heap, slices) is var page && page != null)
            {
                // Without taking its guard down a run stays out of use for ever, and in the books as a span.
                if (!Guards.LowerUnsynchronized(heap, page)) continue;
                PageMap.Set(page->Start, null);
                Spans.ReturnUnsynchronized(heap, page, page->Slices);
            }
        }
    }
}
