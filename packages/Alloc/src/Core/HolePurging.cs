namespace Gabbro.Alloc.Core;

/// <summary>
/// Giving back memory inside pages that are still in use: system pages all of whose blocks are free. The blocks leave the
/// free list, because their links would be lost, and wait as bits in <see cref="Page.PurgedMap"/> until they are needed.
/// </summary>
internal static unsafe class HolePurging
{
    /// <summary>Words of a map: one bit for each of the 4096 blocks a page can have at most.</summary>
    private const int MapWords = 64;

    /// <summary>Blocks put back into the free list at a time cover about this many bytes.</summary>
    private const nuint RestoreBytes = 4096;

    /// <summary>
    /// Purges the holes of a page the caller owns, or holds the list's lock of. Returns the bytes given back; 0 also when
    /// there is no memory for the map, in which case nothing has changed.
    /// </summary>
    internal static nuint Purge(Page* page)
    {
        if (page->States != null) return Hardening.PurgeHoles(page);
        if (page->Free == null || page->Carved * (nuint)page->BlockBytes < Os.PageBytes) return 0;
        ulong* free = TakeMap(page->Heap);
        if (free == null) return 0;
        for (void* block = page->Free; block != null; block = Links.Get(block)) Mark(free, IndexOf(page, block));
        nuint bytes = GiveBack(page, free);
        if (bytes == 0)
        {
            ReturnMap(page->Heap, free);
            return 0;
        }
        // What was purged now or earlier is in the page's map; the rest of the free blocks is linked anew.
        void* list = null;
        for (uint i = 0; i < page->Carved; i++)
        {
            if (!IsMarked(free, i) || IsMarked(page->PurgedMap, i)) continue;
            byte* block = page->Start + i * (nuint)page->BlockBytes;
            Links.Set(block, list);
            list = block;
        }
        page->Free = list;
        ReturnMap(page->Heap, free);
        return bytes;
    }

    /// <summary>Links some purged blocks into the empty free list; touching them makes their memory resident again.</summary>
    internal static void Restore(Page* page)
    {
        nuint wanted = RestoreBytes / page->BlockBytes;
        if (wanted == 0) wanted = 1;
        for (int word = 0; word < MapWords && wanted != 0; word++)
        {
            while (page->PurgedMap[word] != 0 && wanted != 0)
            {
                int bit = Bits.LowestOne(page->PurgedMap[word]);
                page->PurgedMap[word] &= page->PurgedMap[word] - 1;
                byte* block = page->Start + (nuint)(word * 64 + bit) * page->BlockBytes;
                Links.Set(block, page->Free);
                page->Free = block;
                page->Purged--;
                wanted--;
            }
        }
    }

    /// <summary>Drops the map of a page that is being released; the caller holds the heap's lock.</summary>
    internal static void ForgetUnsynchronized(HeapCore* heap, Page* page)
    {
        if (page->PurgedMap == null) return;
        ReturnMapUnsynchronized(heap, page->PurgedMap);
        page->PurgedMap = null;
        page->Purged = 0;
    }

    private static nuint GiveBack(Page* page, ulong* free)
    {
        nuint size = page->BlockBytes;
        nuint end = page->Carved * size;
        nuint bytes = 0;
        nuint runStart = 0;
        nuint run = 0;
        for (nuint offset = 0; offset < end; offset += Os.PageBytes)
        {
            nuint first = offset / size;
            nuint last = (offset + Os.PageBytes - 1) / size;
            if (last >= page->Carved) last = page->Carved - 1;
            bool hole = true;
            bool anyFresh = false;
            for (nuint i = first; i <= last && hole; i++)
            {
                bool purged = page->PurgedMap != null && IsMarked(page->PurgedMap, (uint)i);
                hole = purged || IsMarked(free, (uint)i);
                anyFresh |= !purged;
            }
            if (hole && anyFresh)
            {
                if (page->PurgedMap == null)
                {
                    page->PurgedMap = TakeMap(page->Heap);
                    if (page->PurgedMap == null) return 0;
                }
                for (nuint i = first; i <= last; i++)
                {
                    if (IsMarked(page->PurgedMap, (uint)i)) continue;
                    Mark(page->PurgedMap, (uint)i);
                    page->Purged++;
                }
                if (run == 0) runStart = offset;
                run += Os.PageBytes;
                bytes += Os.PageBytes;
                continue;
            }
            if (run != 0) Os.Purge(page->Start + runStart, run);
            run = 0;
        }
        if (run != 0) Os.Purge(page->Start + runStart, run);
        return bytes;
    }

    private static uint IndexOf(Page* page, void* block) => (uint)((nuint)((byte*)block - page->Start) / page->BlockBytes);

    private static void Mark(ulong* map, uint index) => map[index >> 6] |= 1UL << (int)(index & 63);

    private static bool IsMarked(ulong* map, uint index) => (map[index >> 6] >> (int)(index & 63) & 1) != 0;

    private static ulong* TakeMap(HeapCore* heap)
    {
        FutexLock.Acquire(&heap->Lock);
        ulong* map = heap->SpareMaps;
        if (map != null)
        {
            heap->SpareMaps = *(ulong**)map;
            for (int i = 0; i < MapWords; i++) map[i] = 0;
        }
        else
        {
            map = (ulong*)Metadata.TakeUnsynchronized(heap, MapWords * sizeof(ulong));
        }
        FutexLock.Release(&heap->Lock);
        return map;
    }

    private static void ReturnMap(HeapCore* heap, ulong* map)
    {
        FutexLock.Acquire(&heap->Lock);
        ReturnMapUnsynchronized(heap, map);
        FutexLock.Release(&heap->Lock);
    }

    private static void ReturnMapUnsynchronized(HeapCore* heap, ulong* map)
    {
        *(ulong**)map = heap->SpareMaps;
        heap->SpareMaps = map;
    }
}
