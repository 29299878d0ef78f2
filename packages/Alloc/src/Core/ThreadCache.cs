namespace Gabbro.Alloc.Core;

/// <summary>
/// A thread's lists of free blocks: how long they may get, and how what is too much goes back to the pages it came from.
/// </summary>
internal static unsafe class ThreadCache
{
    private const int SmallestLimit = 4;

    /// <summary>Called when a list has run out: lets the class keep more, and returns how many blocks to fetch besides the one wanted.</summary>
    internal static int Grow(ThreadHeap* thread, int sizeClass)
    {
        int most = SizeClass.CacheLimit(sizeClass);
        int limit = thread->Limit[sizeClass] * 2;
        if (limit < SmallestLimit) limit = SmallestLimit;
        if (limit > most) limit = most;
        thread->Limit[sizeClass] = limit;
        return limit / 2;
    }

    /// <summary>A free found no room in its list. The block is not in the list yet; the fast path has counted it already.</summary>
    internal static void FreeFull(ThreadHeap* thread, Page* page, void* block)
    {
        int sizeClass = page->Class;
        if (thread->Ready != null)
        {
            thread->Room[sizeClass] = 0;
            Hardening.Put(thread, page, block);
            return;
        }
        int most = SizeClass.CacheLimit(sizeClass);
        int limit = thread->Limit[sizeClass];
        if (limit == 0 && page->Owner != thread)
        {
            // The first block of its class that this thread sees was made by another thread, and its neighbours in the
            // cache line may be in use there: keeping it for the next allocation would make the two share the line for
            // as long as both live. It goes home; from the second on the thread is taken to be one that frees for others.
            thread->Limit[sizeClass] = SmallestLimit;
            thread->Room[sizeClass] = SmallestLimit + 1;
            BlockPages.FreeChain(thread, page, block, block, 1);
            return;
        }
        if (limit < most)
        {
            // The thread frees more than it holds: worth a longer list before going to the pages.
            int longer = limit < SmallestLimit ? SmallestLimit : limit * 2;
            if (longer > most) longer = most;
            // Room may be anything at or below zero here when the class was never used by the thread.
            thread->Room[sizeClass] = limit == 0 ? longer : longer - limit;
            thread->Limit[sizeClass] = longer;
        }
        else
        {
            Flush(thread, sizeClass, limit / 2);
            thread->Room[sizeClass] = limit - (limit / 2);
        }
        Links.Set(block, (void*)thread->Free[sizeClass]);
        thread->Free[sizeClass] = (ulong)block;
    }

    /// <summary>Gives all but the first <paramref name="keep"/> blocks of a list back; the first were freed last and are warm.</summary>
    internal static void Flush(ThreadHeap* thread, int sizeClass, int keep)
    {
        void* block = (void*)thread->Free[sizeClass];
        if (keep == 0)
        {
            thread->Free[sizeClass] = 0;
        }
        else
        {
            void* last = block;
            for (int i = 1; i < keep && last != null; i++) last = Links.Get(last);
            if (last == null) return;
            block = Links.Get(last);
            Links.Set(last, null);
        }
        while (block != null)
        {
            // Runs of blocks of one page, as loops over arrays and lists leave them, go back together.
            Page* page = PageMap.Of(block);
            void* first = block;
            void* end = block;
            uint count = 1;
            block = Links.Get(block);
            while (block != null && PageMap.Of(block) == page)
            {
                end = block;
                count++;
                block = Links.Get(block);
            }
            BlockPages.FreeChain(thread, page, first, end, count);
        }
    }

    /// <summary>Empties every list.</summary>
    internal static void FlushAll(ThreadHeap* thread)
    {
        for (int c = 0; c < SizeClass.Count; c++)
        {
            if (thread->Ready != null) Hardening.Flush(thread, c, 0);
            if (thread->Free[c] != 0) Flush(thread, c, 0);
            if (thread->Limit[c] != 0) thread->Room[c] = thread->Limit[c] + 1;
        }
    }
}
