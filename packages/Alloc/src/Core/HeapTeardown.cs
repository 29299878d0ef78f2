namespace Gabbro.Alloc.Core;

/// <summary>The end of a heap: all it ever took goes back in one sweep, whatever is still allocated.</summary>
internal static unsafe class HeapTeardown
{
    /// <summary>Nobody may use the heap, or memory of it, from the call on.</summary>
    internal static void Release(HeapCore* heap)
    {
        for (Page* page = heap->HugePages; page != null; page = page->Next)
        {
            PageMap.Set(page->Start, null);
            Os.Release(page->Start, page->Bytes + page->GuardBytes);
        }
        for (Region* region = heap->Regions; region != null; region = region->Next)
        {
            for (byte* slice = region->Start; slice < region->Top; slice += Region.SliceBytes) PageMap.Set(slice, null);
            Os.Release(region->Start, (nuint)(region->End - region->Start));
        }
        // The records of what was just released lie in the metadata, so that goes last.
        byte* chunk = heap->MetadataChunks;
        while (chunk != null)
        {
            byte* next = ((byte**)chunk)[0];
            Os.Release(chunk, ((nuint*)chunk)[1]);
            chunk = next;
        }
        *heap = default;
    }
}
