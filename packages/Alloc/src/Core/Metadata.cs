namespace Gabbro.Alloc.Core;

/// <summary>Memory for the heap's own records, apart from the user's. All functions want the heap's lock held.</summary>
internal static unsafe class Metadata
{
    private const nuint ChunkBytes = 4 << 20;
    private const nuint CommitStep = 64 * 1024;

    /// <summary>Cleared memory on a 128-byte boundary, never given back before the heap itself; null when there is none.</summary>
    internal static void* TakeUnsynchronized(HeapCore* heap, nuint bytes)
    {
        bytes = Bits.RoundUp(bytes, 128);
        if ((nuint)(heap->MetadataEnd - heap->MetadataNext) < bytes && !GrowUnsynchronized(heap, bytes)) return null;
        byte* end = heap->MetadataNext + bytes;
        if (end > heap->MetadataCommitted)
        {
            nuint step = Bits.RoundUp((nuint)(end - heap->MetadataCommitted), CommitStep);
            if (step > (nuint)(heap->MetadataEnd - heap->MetadataCommitted)) step = (nuint)(heap->MetadataEnd - heap->MetadataCommitted);
            if (!Os.Commit(heap->MetadataCommitted, step)) return null;
            heap->MetadataCommitted += step;
            heap->Totals.Metadata += step;
            AddCommitted(heap, step);
        }
        void* result = heap->MetadataNext;
        heap->MetadataNext = end;
        return result;
    }

    internal static Page* TakePageUnsynchronized(HeapCore* heap)
    {
        Page* page = heap->SparePages;
        if (page == null) return (Page*)TakeUnsynchronized(heap, (nuint)sizeof(Page));
        heap->SparePages = page->Next;
        *page = default;
        return page;
    }

    internal static void ReturnPageUnsynchronized(HeapCore* heap, Page* page)
    {
        page->Kind = PageKind.Free;
        page->Start = null;
        page->Next = heap->SparePages;
        heap->SparePages = page;
    }

    internal static void AddCommitted(HeapCore* heap, nuint bytes)
    {
        heap->Totals.Committed += bytes;
        if (heap->Totals.Committed > heap->Totals.PeakCommitted) heap->Totals.PeakCommitted = heap->Totals.Committed;
    }

    private static bool GrowUnsynchronized(HeapCore* heap, nuint bytes)
    {
        nuint reserve = bytes + 128 > ChunkBytes ? Bits.RoundUp(bytes + 128, CommitStep) : ChunkBytes;
        byte* chunk = (byte*)Os.Reserve(reserve, Region.SliceBytes);
        // Under a tight limit on address space a small chunk may still be had.
        if (chunk == null && reserve == ChunkBytes)
        {
            reserve = Bits.RoundUp(bytes + 128, CommitStep);
            chunk = (byte*)Os.Reserve(reserve, Region.SliceBytes);
        }
        if (chunk == null) return false;
        if (!Os.Commit(chunk, CommitStep))
        {
            Os.Release(chunk, reserve);
            return false;
        }
        ((byte**)chunk)[0] = heap->MetadataChunks;
        ((nuint*)chunk)[1] = reserve;
        heap->MetadataChunks = chunk;
        heap->MetadataNext = chunk + 128;
        heap->MetadataCommitted = chunk + CommitStep;
        heap->MetadataEnd = chunk + reserve;
        heap->Totals.Metadata += CommitStep;
        heap->Totals.Reserved += reserve;
        AddCommitted(heap, CommitStep);
        return true;
    }
}
