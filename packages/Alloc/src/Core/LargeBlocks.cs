namespace Gabbro.Alloc.Core;

/// <summary>Blocks of more than <see cref="SizeClass.Limit"/> bytes, or aligned beyond a slice: spans, or mappings of their own.</summary>
internal static unsafe class LargeBlocks
{
    /// <summary>A block; <paramref name="alignment"/> is a power of two. Null when out of memory.</summary>
    internal static void* Alloc(HeapCore* heap, nuint size, nuint alignment, bool zero)
    {
        if (alignment < Region.SliceBytes) alignment = Region.SliceBytes;
        // Nothing real is larger, and sums of two such numbers cannot overflow.
        if (size > nuint.MaxValue / 4 || alignment > nuint.MaxValue / 4) return null;
        if (size + alignment > Spans.LargestBytes) return AllocHuge(heap, size, alignment);

        nuint guard = heap->Secret == 0 ? 0 : Os.PageBytes;
        uint slices = (uint)((size + guard + Region.SliceBytes - 1) >> Region.SliceShift);
        uint extra = (uint)(alignment >> Region.SliceShift) - 1;
        if (slices == 0) slices = 1;
        FutexLock.Acquire(&heap->Lock);
        Page* page = extra == 0 ? RestingRuns.TakeUnsynchronized(heap, slices) : null;
        if (page == null) page = Spans.TakeUnsynchronized(heap, slices + extra);
        if (page == null)
        {
            FutexLock.Release(&heap->Lock);
            return null;
        }
        page->Kind = PageKind.Large;
        page->Class = SizeClass.None;
        page->Owner = null;
        page->Remote = 0;
        page->PurgedMap = null;
        page->Purged = 0;
        page->States = null;
        if (extra != 0)
        {
            // Without metadata for the cut-off parts they simply stay with the block.
            byte* aligned = (byte*)Bits.RoundUp((nuint)page->Start, alignment);
            if (aligned != page->Start && !Spans.BeheadUnsynchronized(heap, page, (uint)((nuint)(aligned - page->Start) >> Region.SliceShift)))
            {
                page->Kind = PageKind.Free;
                Spans.ReturnUnsynchronized(heap, page, 0);
                FutexLock.Release(&heap->Lock);
                return null;
            }
            // The tail was not touched by this block, so it is as dirty as it was.
            if (page->Slices > slices) Spans.ShrinkUnsynchronized(heap, page, slices, 0);
        }
        if (guard != 0 && page->GuardBytes == 0) Guards.RaiseUnsynchronized(heap, page);
        page->Bytes = page->Slices * Region.SliceBytes - page->GuardBytes;
        PageMap.Set(page->Start, page);
        Count(heap, page->Bytes);
        FutexLock.Release(&heap->Lock);
        if (zero && page->Clean == 0) ClearDirty(page, size);
        return page->Start;
    }

    internal static void Free(Page* page)
    {
        HeapCore* heap = page->Heap;
        FutexLock.Acquire(&heap->Lock);
        bool rests = page->Kind == PageKind.Large && RestingRuns.Accepts(heap, page);
        if (page->Kind == PageKind.Large && !rests && !Guards.LowerUnsynchronized(heap, page))
        {
            // It stays in use for ever; nothing else would be safe.
            FutexLock.Release(&heap->Lock);
            return;
        }
        Uncount(heap, page->Bytes);
        if (page->Kind == PageKind.Huge)
        {
            byte* start = page->Start;
            nuint bytes = page->Bytes;
            nuint guard = page->GuardBytes;
            PageMap.Set(start, null);
            UnlinkHuge(heap, page);
            heap->Totals.Committed -= bytes;
            heap->Totals.Reserved -= bytes + guard;
            heap->Totals.InUse -= bytes;
            Metadata.ReturnPageUnsynchronized(heap, page);
            FutexLock.Release(&heap->Lock);
            Os.Release(start, bytes + guard);
            return;
        }
        PageMap.Set(page->Start, null);
        if (rests) RestingRuns.PutUnsynchronized(heap, page);
        else Spans.ReturnUnsynchronized(heap, page, page->Slices);
        FutexLock.Release(&heap->Lock);
        Purging.AfterReturn(heap);
    }

    /// <summary>
    /// Makes a block hold <paramref name="size"/> bytes without the caller copying: in place, or by the system moving a
    /// mapping. Null when that cannot be done, and then nothing has changed.
    /// </summary>
    internal static void* Resize(Page* page, nuint size)
    {
        HeapCore* heap = page->Heap;
        if (page->Kind == PageKind.Huge) return size > page->Bytes / 2 ? ResizeHuge(page, size) : null;
        // Behind a guard there is nothing to grow into, and what is cut off would lie before it.
        if (page->GuardBytes != 0) return size <= page->Bytes && size >= page->Bytes / 2 ? page->Start : null;
        if (size <= SizeClass.Limit || size > Spans.LargestBytes) return null;
        uint slices = (uint)((size + Region.SliceBytes - 1) >> Region.SliceShift);
        if (slices == page->Slices) return page->Start;
        FutexLock.Acquire(&heap->Lock);
        bool done = slices < page->Slices
            ? Spans.ShrinkUnsynchronized(heap, page, slices, page->Slices - slices)
            : Spans.ExtendUnsynchronized(heap, page, slices);
        if (done)
        {
            heap->Totals.LargeLive += page->Slices * Region.SliceBytes - page->Bytes;
            page->Bytes = page->Slices * Region.SliceBytes;
        }
        FutexLock.Release(&heap->Lock);
        return done ? page->Start : null;
    }

    internal static void UnlinkHuge(HeapCore* heap, Page* page)
    {
        if (page->Prev == null) heap->HugePages = page->Next;
        else page->Prev->Next = page->Next;
        if (page->Next != null) page->Next->Prev = page->Prev;
    }

    internal static void* AllocHuge(HeapCore* heap, nuint size, nuint alignment)
    {
        nuint bytes = size == 0 ? Os.PageBytes : Bits.RoundUp(size, Os.PageBytes);
        // The guard of a mapping of its own is never made accessible in the first place.
        nuint guard = heap->Secret == 0 ? 0 : Os.PageBytes;
        byte* start = (byte*)Os.Reserve(bytes + guard, alignment);
        if (start == null) return null;
        if (!Os.Commit(start, bytes) || !PageMap.Cover(start, Region.SliceBytes))
        {
            Os.Release(start, bytes + guard);
            return null;
        }
        FutexLock.Acquire(&heap->Lock);
        Page* page = Metadata.TakePageUnsynchronized(heap);
        if (page != null)
        {
            page->Heap = heap;
            page->Kind = PageKind.Huge;
            page->Class = SizeClass.None;
            page->Start = start;
            page->Bytes = bytes;
            page->GuardBytes = (uint)guard;
            page->Clean = 1;
            page->Next = heap->HugePages;
            if (heap->HugePages != null) heap->HugePages->Prev = page;
            heap->HugePages = page;
            PageMap.Set(start, page);
            heap->Totals.Reserved += bytes + guard;
            heap->Totals.InUse += bytes;
            Metadata.AddCommitted(heap, bytes);
            Count(heap, bytes);
        }
        FutexLock.Release(&heap->Lock);
        if (page != null) return start;
        Os.Release(start, bytes + guard);
        return null;
    }

    private static void* ResizeHuge(Page* page, nuint size)
    {
        HeapCore* heap = page->Heap;
        nuint bytes = Bits.RoundUp(size, Os.PageBytes);
        nuint old = page->Bytes;
        nuint guard = page->GuardBytes;
        if (bytes == old) return page->Start;
        byte* from = page->Start;
        // In place first; only then a move, and that to a place chosen beforehand, because the map must cover it before
        // the old one is gone.
        byte* to = guard == 0 ? (byte*)Os.Resize(from, old, bytes, null) : null;
        if (to == null)
        {
            to = (byte*)Os.Reserve(bytes + guard, Region.SliceBytes);
            if (to == null) return null;
            if (!PageMap.Cover(to, Region.SliceBytes) || Os.Resize(from, old, bytes, to) == null)
            {
                Os.Release(to, bytes + guard);
                return null;
            }
            if (guard != 0) Os.Release(from + old, guard);
        }
        FutexLock.Acquire(&heap->Lock);
        PageMap.Set(from, null);
        page->Start = to;
        page->Bytes = bytes;
        PageMap.Set(to, page);
        heap->Totals.Reserved += bytes - old;
        heap->Totals.InUse += bytes - old;
        heap->Totals.LargeLive += bytes - old;
        Metadata.AddCommitted(heap, bytes - old);
        FutexLock.Release(&heap->Lock);
        return to;
    }

    private static void Count(HeapCore* heap, nuint bytes)
    {
        heap->Totals.LargeLive += bytes;
        heap->Totals.LargeBlocks++;
        heap->Totals.LargeAllocated++;
    }

    private static void Uncount(HeapCore* heap, nuint bytes)
    {
        heap->Totals.LargeLive -= bytes;
        heap->Totals.LargeBlocks--;
        heap->Totals.LargeFreed++;
    }

    /// <summary>Clears the slices that may hold old contents; the rest reads as zero already.</summary>
    private static void ClearDirty(Page* page, nuint size)
    {
        nuint first = Spans.SliceOf(page->Region, page->Start);
        nuint slices = (size + Region.SliceBytes - 1) >> Region.SliceShift;
        for (nuint i = 0; i < slices; i++)
        {
            if (!Spans.IsDirty(page->Region, first + i)) continue;
            nuint offset = i << Region.SliceShift;
            nuint length = size - offset < Region.SliceBytes ? size - offset : Region.SliceBytes;
            Bytes.Clear(page->Start + offset, length);
        }
    }
}
