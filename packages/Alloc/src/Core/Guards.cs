namespace Gabbro.Alloc.Core;

/// <summary>
/// Inaccessible system pages at the end of every run of slices that a hardened heap hands out: a write that runs on past
/// the last block faults instead of reaching the neighbour. All functions want the heap's lock held.
/// </summary>
internal static unsafe class Guards
{
    /// <summary>
    /// Each guard splits a mapping, and Linux allows a process 65,530 of them: from here on runs go without, so that the
    /// program never runs out of mappings because of its guards.
    /// </summary>
    private const int Limit = 16_384;

    /// <summary>Puts up the guard of a run in no other hands. A run without one has <see cref="Page.GuardBytes"/> 0, as every free span.</summary>
    internal static void RaiseUnsynchronized(HeapCore* heap, Page* page)
    {
        if (heap->GuardCount >= Limit) return;
        if (!Os.Protect(page->Start + page->Slices * Region.SliceBytes - Os.PageBytes, Os.PageBytes, accessible: false)) return;
        page->GuardBytes = (uint)Os.PageBytes;
        heap->GuardCount++;
    }

    /// <summary>Takes the guard down before the run goes back. False when the system refuses.</summary>
    internal static bool LowerUnsynchronized(HeapCore* heap, Page* page)
    {
        if (page->GuardBytes == 0) return true;
        if (!Os.Protect(page->Start + page->Slices * Region.SliceBytes - page->GuardBytes, page->GuardBytes, accessible: true)) return false;
        page->GuardBytes = 0;
        heap->GuardCount--;
        return true;
    }
}
