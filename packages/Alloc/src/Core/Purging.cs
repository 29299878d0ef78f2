namespace Gabbro.Alloc.Core;

/// <summary>
/// Giving free spans' memory back to the system. A scavenger, which the embedder runs, calls <see cref="Tick"/> every
/// <see cref="TickMilliseconds"/> while a heap keeps more than it may; it therefore works when the program goes quiet.
/// </summary>
internal static unsafe class Purging
{
    /// <summary>Free memory younger than this stays: it is likely to be used again.</summary>
    internal const uint DecayMilliseconds = 1000;

    internal const int TickMilliseconds = 250;

    /// <summary>Slices a heap may keep without a scavenger: 8 MiB, so that small programs never get a thread.</summary>
    internal const nuint QuietSlices = (8 << 20) / Region.SliceBytes;

    // One batch is what other threads cannot allocate from meanwhile.
    private const int BatchSpans = 32;
    private const uint BatchSlices = 2048;

    /// <summary>After a span was returned: asks for a scavenger, or without one gives back at once what is too much.</summary>
    internal static void AfterReturn(HeapCore* heap)
    {
        if (heap->DirtySlices <= QuietSlices || heap->Scavenged != 0) return;
        if (!Os.StartScavenger(heap)) Purge(heap, 0, QuietSlices / 2);
    }

    /// <summary>Gives back what is old enough. False once the heap holds so little that nobody needs to look after it.</summary>
    internal static bool Tick(HeapCore* heap)
    {
        Purge(heap, DecayMilliseconds, 0);
        return heap->DirtySlices > QuietSlices / 2;
    }

    /// <summary>Gives back free spans of at least an age until at most <paramref name="keep"/> dirty slices are left. Returns bytes.</summary>
    internal static nuint Purge(HeapCore* heap, uint age, nuint keep)
    {
        nuint total = 0;
        while (true)
        {
            // Held over the whole batch only for fork: a child must not lose spans that a scavenger had in its hands.
            FutexLock.Acquire(&heap->PurgeLock);
            FutexLock.Acquire(&heap->Lock);
            Page* batch = CollectUnsynchronized(heap, age, keep);
            FutexLock.Release(&heap->Lock);
            if (batch == null)
            {
                FutexLock.Release(&heap->PurgeLock);
                return total;
            }
            for (Page* page = batch; page != null; page = page->Next) total += PurgeSpan(page);
            FutexLock.Acquire(&heap->Lock);
            while (batch != null)
            {
                Page* next = batch->Next;
                batch->Next = null;
                heap->Totals.PurgedBytes += batch->DirtySlices * Region.SliceBytes;
                ClearDirtyUnsynchronized(batch);
                Spans.InsertUnsynchronized(heap, batch);
                batch = next;
            }
            FutexLock.Release(&heap->Lock);
            FutexLock.Release(&heap->PurgeLock);
        }
    }

    private static Page* CollectUnsynchronized(HeapCore* heap, uint age, nuint keep)
    {
        uint now = Os.Now();
        Page* batch = null;
        int spans = 0;
        uint slices = 0;
        for (int bin = HeapCore.BinCount - 1; bin >= 0; bin--)
        {
            Page* page = (Page*)heap->Bins[bin];
            while (page != null)
            {
                Page* next = page->Next;
                if (page->DirtySlices != 0 && now - page->FreedAt >= age && heap->DirtySlices > keep)
                {
                    Spans.RemoveFromBinUnsynchronized(heap, page);
                    heap->DirtySlices -= page->DirtySlices;
                    page->Kind = PageKind.Purging;
                    page->Next = batch;
                    batch = page;
                    slices += page->Slices;
                    if (++spans == BatchSpans || slices >= BatchSlices) return batch;
                }
                page = next;
            }
        }
        return batch;
    }

    /// <summary>The system call for each run of dirty slices; the span is nobody else's meanwhile.</summary>
    private static nuint PurgeSpan(Page* page)
    {
        nuint slice = Spans.SliceOf(page->Region, page->Start);
        nuint end = slice + page->Slices;
        nuint bytes = 0;
        while (slice < end)
        {
            if (!Spans.IsDirty(page->Region, slice))
            {
                slice++;
                continue;
            }
            nuint first = slice;
            while (slice < end && Spans.IsDirty(page->Region, slice)) slice++;
            Os.Purge(page->Region->Start + first * Region.SliceBytes, (slice - first) * Region.SliceBytes);
            bytes += (slice - first) * Region.SliceBytes;
        }
        return bytes;
    }

    private static void ClearDirtyUnsynchronized(Page* page)
    {
        nuint first = Spans.SliceOf(page->Region, page->Start);
        for (nuint i = first; i < first + page->Slices; i++) page->Region->Dirty[i >> 6] &= ~(1UL << (int)(i & 63));
        page->DirtySlices = 0;
    }
}
