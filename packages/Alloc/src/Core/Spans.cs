namespace Gabbro.Alloc.Core;

/// <summary>
/// Runs of 16 KiB slices: best fit by bins of length, split on allocation, merged with both neighbours on free. The page
/// map's entries of a free span's first and last slice are its boundary tags.
/// </summary>
internal static unsafe class Spans
{
    /// <summary>The longest span that comes out of a region; more gets a mapping of its own.</summary>
    internal const nuint LargestBytes = Region.StandardBytes / 2;

    private const nuint CommitStep = 1 << 20;
    private const nuint LargestCommitStep = 16 << 20;

    /// <summary>How many spans of a bin of mixed lengths are looked at before a longer bin is used.</summary>
    private const int SearchDepth = 16;

    /// <summary>Takes a span; its map entries are not set yet. <c>Clean</c> tells whether it is all zero. Null when out of memory.</summary>
    internal static Page* TakeUnsynchronized(HeapCore* heap, uint slices)
    {
        Page* page = FindUnsynchronized(heap, slices);
        if (page == null)
        {
            page = TakeFreshUnsynchronized(heap, slices);
            if (page == null) return null;
        }
        else
        {
            RemoveFromBinUnsynchronized(heap, page);
            heap->DirtySlices -= page->DirtySlices;
            if (page->Slices > slices && !SplitUnsynchronized(heap, page, slices))
            {
                heap->DirtySlices += page->DirtySlices;
                AddToBinUnsynchronized(heap, page);
                return null;
            }
            page->Clean = page->DirtySlices == 0 ? (byte)1 : (byte)0;
        }
        heap->Totals.SpansTaken++;
        heap->Totals.InUse += slices * Region.SliceBytes;
        return page;
    }

    /// <summary>
    /// Gives a span back. Its first <paramref name="touched"/> slices hold memory; the others are as they were when the
    /// span was taken. The caller has cleared its map entries.
    /// </summary>
    internal static void ReturnUnsynchronized(HeapCore* heap, Page* page, uint touched)
    {
        Region* region = page->Region;
        nuint first = SliceOf(region, page->Start);
        for (nuint i = first; i < first + touched; i++) region->Dirty[i >> 6] |= 1UL << (int)(i & 63);
        page->DirtySlices = page->Clean != 0 ? touched : CountDirty(region, first, page->Slices);
        page->FreedAt = Os.Now();
        page->Kind = PageKind.Free;
        heap->Totals.SpansReturned++;
        heap->Totals.InUse -= page->Slices * Region.SliceBytes;
        InsertUnsynchronized(heap, page);
    }

    /// <summary>Merges a free span with its free neighbours and files it.</summary>
    internal static void InsertUnsynchronized(HeapCore* heap, Page* page)
    {
        Region* region = page->Region;
        // Tags of its own may be left from an earlier life; once merged they would be stale ones in the middle of a span.
        PageMap.Set(page->Start, null);
        PageMap.Set(page->Start + (page->Slices - 1) * Region.SliceBytes, null);
        page->Owner = null;
        page->Free = null;
        page->Remote = 0;
        page->Retained = 0;
        page->Kind = PageKind.Free;
        heap->DirtySlices += page->DirtySlices;
        if (page->Start > region->Start)
        {
            Page* before = PageMap.Of(page->Start - Region.SliceBytes);
            if (before != null && before->Kind == PageKind.Free)
            {
                RemoveFromBinUnsynchronized(heap, before);
                page->Start = before->Start;
                MergeUnsynchronized(heap, page, before);
            }
        }
        byte* end = page->Start + page->Slices * Region.SliceBytes;
        if (end < region->Top)
        {
            Page* after = PageMap.Of(end);
            if (after != null && after->Kind == PageKind.Free)
            {
                RemoveFromBinUnsynchronized(heap, after);
                MergeUnsynchronized(heap, page, after);
            }
        }
        TagUnsynchronized(page);
        AddToBinUnsynchronized(heap, page);
    }

    /// <summary>
    /// Takes the slices right behind a span, when they are free and enough. For growing a large block in place.
    /// </summary>
    internal static bool ExtendUnsynchronized(HeapCore* heap, Page* page, uint slices)
    {
        Region* region = page->Region;
        uint wanted = slices - page->Slices;
        byte* end = page->Start + page->Slices * Region.SliceBytes;
        if (end == region->Top)
        {
            if (!CommitUnsynchronized(heap, region, wanted)) return false;
            region->Top += wanted * Region.SliceBytes;
            page->Slices = slices;
            heap->Totals.InUse += wanted * Region.SliceBytes;
            return true;
        }
        if (end > region->Top) return false;
        Page* after = PageMap.Of(end);
        if (after == null || after->Kind != PageKind.Free || after->Slices < wanted) return false;
        RemoveFromBinUnsynchronized(heap, after);
        heap->DirtySlices -= after->DirtySlices;
        if (after->Slices > wanted && !SplitUnsynchronized(heap, after, wanted))
        {
            heap->DirtySlices += after->DirtySlices;
            AddToBinUnsynchronized(heap, after);
            return false;
        }
        PageMap.Set(end, null);
        PageMap.Set(end + (wanted - 1) * Region.SliceBytes, null);
        if (after->DirtySlices != 0) page->Clean = 0;
        page->Slices = slices;
        heap->Totals.InUse += wanted * Region.SliceBytes;
        Metadata.ReturnPageUnsynchronized(heap, after);
        return true;
    }

    /// <summary>
    /// Cuts a span in use down to its first slices and files the rest, of which <paramref name="touched"/> slices were
    /// written to. False, and nothing done, without metadata.
    /// </summary>
    internal static bool ShrinkUnsynchronized(HeapCore* heap, Page* page, uint slices, uint touched)
    {
        Page* rest = Metadata.TakePageUnsynchronized(heap);
        if (rest == null) return false;
        rest->Heap = heap;
        rest->Region = page->Region;
        rest->Start = page->Start + slices * Region.SliceBytes;
        rest->Slices = page->Slices - slices;
        rest->Clean = page->Clean;
        page->Slices = slices;
        ReturnUnsynchronized(heap, rest, touched);
        return true;
    }

    /// <summary>Cuts the first slices off a span in use and files them, for aligned blocks.</summary>
    internal static bool BeheadUnsynchronized(HeapCore* heap, Page* page, uint slices)
    {
        Page* head = Metadata.TakePageUnsynchronized(heap);
        if (head == null) return false;
        head->Heap = heap;
        head->Region = page->Region;
        head->Start = page->Start;
        head->Slices = slices;
        head->Clean = page->Clean;
        page->Start += slices * Region.SliceBytes;
        page->Slices -= slices;
        ReturnUnsynchronized(heap, head, 0);
        return true;
    }

    internal static void RemoveFromBinUnsynchronized(HeapCore* heap, Page* page)
    {
        int bin = BinOf(page->Slices);
        if (page->Next != null) page->Next->Prev = page->Prev;
        if (page->Prev != null)
        {
            page->Prev->Next = page->Next;
        }
        else
        {
            heap->Bins[bin] = (ulong)page->Next;
            if (page->Next == null)
            {
                if (bin < 64) heap->BinsUsedLow &= ~(1UL << bin);
                else heap->BinsUsedHigh &= ~(1UL << (bin - 64));
            }
        }
        page->Next = page->Prev = null;
    }

    internal static nuint SliceOf(Region* region, byte* address) => (nuint)(address - region->Start) >> Region.SliceShift;

    internal static bool IsDirty(Region* region, nuint slice) => (region->Dirty[slice >> 6] >> (int)(slice & 63) & 1) != 0;

    private static void AddToBinUnsynchronized(HeapCore* heap, Page* page)
    {
        int bin = BinOf(page->Slices);
        Page* first = (Page*)heap->Bins[bin];
        page->Prev = null;
        page->Next = first;
        if (first != null) first->Prev = page;
        heap->Bins[bin] = (ulong)page;
        if (bin < 64) heap->BinsUsedLow |= 1UL << bin;
        else heap->BinsUsedHigh |= 1UL << (bin - 64);
    }

    /// <summary>Bins 0 to 62 hold one length each; from 64 slices on there are eight bins a doubling.</summary>
    private static int BinOf(uint slices)
    {
        if (slices < 64) return (int)slices - 1;
        int doubling = Bits.HighestOne(slices) - 6;
        int bin = 64 + doubling * 8 + (int)((slices >> (doubling + 3)) & 7);
        return bin < HeapCore.BinCount ? bin : HeapCore.BinCount - 1;
    }

    private static Page* FindUnsynchronized(HeapCore* heap, uint slices)
    {
        int bin = BinOf(slices);
        if (bin >= 64)
        {
            // The bin of the length itself also holds shorter spans.
            Page* page = (Page*)heap->Bins[bin];
            for (int i = 0; i < SearchDepth && page != null; i++, page = page->Next)
            {
                if (page->Slices >= slices) return page;
            }
            bin++;
        }
        if (bin < 64)
        {
            ulong low = heap->BinsUsedLow >> bin << bin;
            if (low != 0) return (Page*)heap->Bins[Bits.LowestOne(low)];
            bin = 64;
        }
        if (bin >= HeapCore.BinCount) return null;
        ulong high = heap->BinsUsedHigh >> (bin - 64) << (bin - 64);
        return high == 0 ? null : (Page*)heap->Bins[64 + Bits.LowestOne(high)];
    }

    /// <summary>Leaves the first slices in <paramref name="page"/>, which is in no bin, and files the rest.</summary>
    private static bool SplitUnsynchronized(HeapCore* heap, Page* page, uint slices)
    {
        Page* rest = Metadata.TakePageUnsynchronized(heap);
        if (rest == null) return false;
        rest->Heap = heap;
        rest->Region = page->Region;
        rest->Start = page->Start + slices * Region.SliceBytes;
        rest->Slices = page->Slices - slices;
        rest->FreedAt = page->FreedAt;
        uint dirty = page->DirtySlices;
        uint kept = dirty == 0 ? 0 : dirty == page->Slices ? slices : CountDirty(page->Region, SliceOf(page->Region, page->Start), slices);
        rest->DirtySlices = dirty - kept;
        page->DirtySlices = kept;
        page->Slices = slices;
        heap->DirtySlices += rest->DirtySlices;
        TagUnsynchronized(rest);
        AddToBinUnsynchronized(heap, rest);
        return true;
    }

    private static void TagUnsynchronized(Page* page)
    {
        PageMap.Set(page->Start, page);
        PageMap.Set(page->Start + (page->Slices - 1) * Region.SliceBytes, page);
    }

    private static void MergeUnsynchronized(HeapCore* heap, Page* page, Page* neighbour)
    {
        // The age is that of the part with more memory, or a busy neighbour would keep a large idle span young for ever.
        if (neighbour->DirtySlices > page->DirtySlices) page->FreedAt = neighbour->FreedAt;
        PageMap.Set(neighbour->Start, null);
        PageMap.Set(neighbour->Start + (neighbour->Slices - 1) * Region.SliceBytes, null);
        page->Slices += neighbour->Slices;
        page->DirtySlices += neighbour->DirtySlices;
        Metadata.ReturnPageUnsynchronized(heap, neighbour);
    }

    private static uint CountDirty(Region* region, nuint first, uint slices)
    {
        uint count = 0;
        for (nuint i = first; i < first + slices; i++) count += (uint)(region->Dirty[i >> 6] >> (int)(i & 63) & 1);
        return count;
    }

    private static Page* TakeFreshUnsynchronized(HeapCore* heap, uint slices)
    {
        Region* region = heap->Regions;
        nuint bytes = slices * Region.SliceBytes;
        if (region == null || (nuint)(region->End - region->Top) < bytes)
        {
            if (region != null) FileTailUnsynchronized(heap, region);
            region = AddRegionUnsynchronized(heap, bytes);
            if (region == null) return null;
        }
        if (!CommitUnsynchronized(heap, region, slices)) return null;
        Page* page = Metadata.TakePageUnsynchronized(heap);
        if (page == null) return null;
        page->Heap = heap;
        page->Region = region;
        page->Start = region->Top;
        page->Slices = slices;
        page->Clean = 1;
        region->Top += bytes;
        return page;
    }

    /// <summary>What an old region has left above its top becomes an ordinary free span, so that it is not lost.</summary>
    private static void FileTailUnsynchronized(HeapCore* heap, Region* region)
    {
        uint slices = (uint)((nuint)(region->End - region->Top) >> Region.SliceShift);
        if (slices == 0 || !CommitUnsynchronized(heap, region, slices)) return;
        Page* page = Metadata.TakePageUnsynchronized(heap);
        if (page == null) return;
        page->Heap = heap;
        page->Region = region;
        page->Start = region->Top;
        page->Slices = slices;
        page->Clean = 1;
        region->Top = region->End;
        InsertUnsynchronized(heap, page);
    }

    private static Region* AddRegionUnsynchronized(HeapCore* heap, nuint bytes)
    {
        Region* region = (Region*)Metadata.TakeUnsynchronized(heap, (nuint)sizeof(Region));
        if (region == null) return null;
        // Under a limit on address space less than the standard must do.
        nuint reserve = Region.StandardBytes;
        byte* start = (byte*)Os.Reserve(reserve, Region.SliceBytes);
        while (start == null && reserve / 2 >= bytes && reserve > (1 << 20))
        {
            reserve /= 2;
            start = (byte*)Os.Reserve(reserve, Region.SliceBytes);
        }
        if (start == null && bytes < reserve)
        {
            reserve = bytes;
            start = (byte*)Os.Reserve(reserve, Region.SliceBytes);
        }
        if (start == null || !PageMap.Cover(start, reserve))
        {
            if (start != null) Os.Release(start, reserve);
            return null;
        }
        heap->Totals.Reserved += reserve;
        region->Start = region->Top = region->Committed = start;
        region->End = start + reserve;
        region->Next = heap->Regions;
        heap->Regions = region;
        return region;
    }

    /// <summary>Makes the slices above the region's top accessible.</summary>
    private static bool CommitUnsynchronized(HeapCore* heap, Region* region, uint slices)
    {
        nuint bytes = slices * Region.SliceBytes;
        if ((nuint)(region->End - region->Top) < bytes) return false;
        byte* end = region->Top + bytes;
        if (end <= region->Committed) return true;
        // Steps grow with the region: few system calls for large heaps, little commitment for small ones.
        nuint step = (nuint)(region->Committed - region->Start);
        if (step < CommitStep) step = CommitStep;
        if (step > LargestCommitStep) step = LargestCommitStep;
        if (step < (nuint)(end - region->Committed)) step = (nuint)(end - region->Committed);
        if (step > (nuint)(region->End - region->Committed)) step = (nuint)(region->End - region->Committed);
        if (!Os.Commit(region->Committed, step))
        {
            step = (nuint)(end - region->Committed);
            if (!Os.Commit(region->Committed, step)) return false;
        }
        region->Committed += step;
        Metadata.AddCommitted(heap, step);
        return true;
    }
}
