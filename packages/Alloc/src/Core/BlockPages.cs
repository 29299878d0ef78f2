using System.Threading;

namespace Gabbro.Alloc.Core;

/// <summary>
/// Pages of blocks of one class: filling a thread's list of ready blocks, and the paths of a free that is not simply the
/// owner's. README.md beside this file argues why a page can be lost by nobody and be owned by one thread at most.
/// </summary>
internal static unsafe class BlockPages
{
    // A page is carved a little at a time, so that only memory about to be used is touched.
    private const nuint CarveBytes = 4096;

    /// <summary>Empty pages of large classes that a thread may keep, in bytes.</summary>
    private const nuint RetainedLimit = 1 << 20;

    /// <summary>Pages of a class that a thread which does not allocate from the class may hold for draining.</summary>
    private const byte DrainLimit = 8;

    /// <summary>
    /// The slow path of an allocation of a class: the thread's list is empty. <paramref name="zero"/>, if not null, is
    /// set to 1 when the block is known to be all zero. Null when out of memory.
    /// </summary>
    internal static void* Refill(ThreadHeap* thread, int sizeClass, byte* zero) =>
        thread->Ready != null ? Hardening.Take(thread, sizeClass) : Fetch(thread, sizeClass, zero);

    /// <summary>Finds a page with room and draws from it; see <see cref="Draw"/>.</summary>
    internal static void* Fetch(ThreadHeap* thread, int sizeClass, byte* zero)
    {
        thread->Adopted[sizeClass] = 0;
        PageQueue* queue = ThreadHeap.QueueOf(thread, sizeClass);
        void* block;
        while (queue->First != null)
        {
            Page* page = queue->First;
            block = Draw(thread, page, zero);
            if (block != null) return block;
            // Every block is used: the page leaves the thread. Whoever frees into it first owns it next.
            ThreadHeap.Remove(thread, page);
            page->Owner = null;
            if (Interlocked.CompareExchange(ref *(long*)&page->Remote, (long)Page.Unowned, 0) != 0)
            {
                // Another thread has freed a block of it meanwhile: it is worth keeping after all.
                page->Owner = thread;
                ThreadHeap.Prepend(thread, page);
            }
        }
        Page* fresh = AdoptShared(thread, sizeClass);
        if (fresh == null) fresh = New(thread, sizeClass);
        if (fresh == null) return null;
        ThreadHeap.Prepend(thread, fresh);
        return Draw(thread, fresh, zero);
    }

    /// <summary>Whether a page has a block to give, without looking at what other threads freed.</summary>
    internal static bool HasRoom(Page* page) => page->Used < page->Capacity;

    /// <summary>
    /// Gives blocks back to their page: <paramref name="count"/> of them, linked from first to last, or null for those of a
    /// hardened page, whose states the caller has set. <paramref name="thread"/> is the caller's heap or null.
    /// </summary>
    internal static void FreeChain(ThreadHeap* thread, Page* page, void* first, void* last, uint count)
    {
        if (thread != null && page->Owner == thread)
        {
            Push(page, first, last, count);
            if (page->Used == 0) Emptied(thread, page);
            return;
        }
        while (true)
        {
            nuint state = Volatile.Read(ref page->Remote);
            if (state == Page.Unowned)
            {
                if (Interlocked.CompareExchange(ref *(long*)&page->Remote, 0, (long)Page.Unowned) != (long)Page.Unowned) continue;
                Push(page, first, last, count);
                Adopt(thread, page);
                return;
            }
            if (state == Page.Shared)
            {
                if (FreeShared(page, first, last, count)) return;
                continue;
            }
            // One atomic for the chain. The count travels in the same word, so that the books always balance.
            if (last != null) Links.Set(last, (void*)(state & Page.RemotePointer));
            nuint total = (state >> Page.RemoteCountShift) + count;
            nuint next = (nuint)first | total << Page.RemoteCountShift;
            if (Interlocked.CompareExchange(ref *(long*)&page->Remote, (long)next, (long)state) == (long)state) return;
        }
    }

    /// <summary>The thread's own page has become empty: all its blocks are in its free list, none cached or remote.</summary>
    private static void Emptied(ThreadHeap* thread, Page* page)
    {
        // The only page of its class stays, or a thread that allocates and frees one block would map and unmap for ever.
        if (page->Next == null && page->Prev == null)
        {
            nuint bytes = page->Slices * Region.SliceBytes;
            if (page->BlockBytes <= SizeClass.MediumLimit) return;
            if (thread->RetainedBytes + bytes <= RetainedLimit)
            {
                thread->RetainedBytes += bytes;
                page->Retained = 1;
                return;
            }
        }
        ThreadHeap.Remove(thread, page);
        Release(page);
    }

    /// <summary>Moves the blocks that other threads freed into the page's own list. The page is owned by the caller.</summary>
    internal static void Collect(Page* page)
    {
        if (Volatile.Read(ref page->Remote) == 0) return;
        AddRemote(page, (nuint)Interlocked.Exchange(ref *(long*)&page->Remote, 0));
    }

    /// <summary>Gives a page that is in no list and has no used block back to the span allocator.</summary>
    internal static void Release(Page* page)
    {
        HeapCore* heap = page->Heap;
        uint touched = (uint)((page->Carved * (nuint)page->BlockBytes + Region.SliceBytes - 1) >> Region.SliceShift);
        page->Owner = null;
        FutexLock.Acquire(&heap->Lock);
        bool rests = RestingRuns.Accepts(heap, page);
        if (!rests && !Guards.LowerUnsynchronized(heap, page))
        {
            // Nothing but leaving the page out of use for ever is safe now.
            FutexLock.Release(&heap->Lock);
            return;
        }
        PageMap.SetRange(page->Start, page->Slices, null);
        HolePurging.ForgetUnsynchronized(heap, page);
        Hardening.ForgetStatesUnsynchronized(heap, page);
        if (rests) RestingRuns.PutUnsynchronized(heap, page);
        else Spans.ReturnUnsynchronized(heap, page, touched);
        FutexLock.Release(&heap->Lock);
        Purging.AfterReturn(heap);
    }

    /// <summary>Leaves a page that is in no list and owned by the caller to all threads: the next to free into it, or to need one.</summary>
    internal static void Share(Page* page)
    {
        SharedPages* shared = HeapCore.SharedOf(page->Heap, page->Class);
        page->Owner = null;
        // In the list there are only pages with room: who adopts one counts on it.
        if (!HasRoom(page) && Interlocked.CompareExchange(ref *(long*)&page->Remote, (long)Page.Unowned, 0) == 0) return;
        FutexLock.Acquire(&shared->Lock);
        // From here on a free of another thread waits for the lock instead of pushing.
        AddRemote(page, (nuint)Interlocked.Exchange(ref *(long*)&page->Remote, (long)Page.Shared));
        if (page->Used == 0)
        {
            Volatile.Write(ref page->Remote, 0);
            FutexLock.Release(&shared->Lock);
            Release(page);
            return;
        }
        page->Prev = null;
        page->Next = shared->First;
        if (shared->First != null) shared->First->Prev = page;
        shared->First = page;
        shared->Count++;
        FutexLock.Release(&shared->Lock);
    }

    private static void Push(Page* page, void* first, void* last, uint count)
    {
        if (last != null)
        {
            Links.Set(last, page->Free);
            page->Free = first;
        }
        page->Used -= count;
    }

    private static void AddRemote(Page* page, nuint remote)
    {
        void* first = (void*)(remote & Page.RemotePointer);
        if (first == null)
        {
            page->Used -= (uint)(remote >> Page.RemoteCountShift);
            return;
        }
        void* last = first;
        for (void* next = Links.Get(last); next != null; next = Links.Get(last)) last = next;
        Push(page, first, last, (uint)(remote >> Page.RemoteCountShift));
    }

    /// <summary>The caller has taken an unowned page by freeing into it.</summary>
    private static void Adopt(ThreadHeap* thread, Page* page)
    {
        if (page->Used == 0)
        {
            Release(page);
            return;
        }
        // A page of another heap, or a thread without one: nobody here will allocate from it.
        if (thread == null || thread->Heap != page->Heap)
        {
            Share(page);
            return;
        }
        page->Owner = thread;
        ThreadHeap.Append(thread, page);
        if (thread->Heap->LiveThreads < 2 || ++thread->Adopted[page->Class] <= DrainLimit) return;
        // The thread only frees blocks of this class: the oldest page of it goes where threads that allocate find it.
        thread->Adopted[page->Class] = DrainLimit;
        Page* oldest = ThreadHeap.QueueOf(thread, page->Class)->First;
        ThreadHeap.Remove(thread, oldest);
        Share(oldest);
    }

    private static bool FreeShared(Page* page, void* first, void* last, uint count)
    {
        SharedPages* shared = HeapCore.SharedOf(page->Heap, page->Class);
        FutexLock.Acquire(&shared->Lock);
        if (page->Remote != Page.Shared)
        {
            FutexLock.Release(&shared->Lock);
            return false;
        }
        Push(page, first, last, count);
        bool empty = page->Used == 0;
        if (empty)
        {
            UnlinkShared(shared, page);
            Volatile.Write(ref page->Remote, 0);
        }
        FutexLock.Release(&shared->Lock);
        if (empty) Release(page);
        return true;
    }

    private static Page* AdoptShared(ThreadHeap* thread, int sizeClass)
    {
        SharedPages* shared = HeapCore.SharedOf(thread->Heap, sizeClass);
        if (Volatile.Read(ref shared->Count) == 0) return null;
        FutexLock.Acquire(&shared->Lock);
        Page* page = shared->First;
        // Pages from before a heap was hardened give nothing any more.
        while (page != null && thread->Ready != null && page->States == null) page = page->Next;
        if (page != null)
        {
            UnlinkShared(shared, page);
            page->Owner = thread;
            Volatile.Write(ref page->Remote, 0);
        }
        FutexLock.Release(&shared->Lock);
        return page;
    }

    internal static void UnlinkShared(SharedPages* shared, Page* page)
    {
        if (page->Prev == null) shared->First = page->Next;
        else page->Prev->Next = page->Next;
        if (page->Next != null) page->Next->Prev = page->Prev;
        page->Next = page->Prev = null;
        shared->Count--;
    }

    private static Page* New(ThreadHeap* thread, int sizeClass)
    {
        HeapCore* heap = thread->Heap;
        nuint blockBytes = SizeClass.SizeOf(sizeClass);
        uint slices = SizeClass.SlicesOf(sizeClass);
        FutexLock.Acquire(&heap->Lock);
        Page* page = RestingRuns.TakeUnsynchronized(heap, slices);
        if (page == null) page = Spans.TakeUnsynchronized(heap, slices);
        if (page != null)
        {
            page->Kind = PageKind.Blocks;
            page->Class = (byte)sizeClass;
            page->BlockBytes = (uint)blockBytes;
            page->Capacity = (uint)((slices * Region.SliceBytes - (heap->Secret == 0 ? 0 : Os.PageBytes)) / blockBytes);
            page->Used = page->Carved = page->Purged = 0;
            page->PurgedMap = null;
            page->Free = null;
            page->Remote = 0;
            page->Retained = 0;
            page->Owner = thread;
            if (Hardening.PrepareUnsynchronized(heap, page))
            {
                PageMap.SetRange(page->Start, slices, page);
            }
            else
            {
                // A run that rested goes back to rest; the spans know no guards.
                if (page->GuardBytes != 0) RestingRuns.PutUnsynchronized(heap, page);
                else Spans.ReturnUnsynchronized(heap, page, 0);
                page = null;
            }
        }
        FutexLock.Release(&heap->Lock);
        return page;
    }

    /// <summary>
    /// Takes one block and moves a batch of others to the thread's list, which is empty; null when the page has none.
    /// </summary>
    private static void* Draw(ThreadHeap* thread, Page* page, byte* zero)
    {
        Collect(page);
        if (page->States != null) return Hardening.Draw(thread, page);
        bool fresh = false;
        if (page->Free == null)
        {
            if (page->Purged != 0) HolePurging.Restore(page);
            else if (page->Carved == page->Capacity) return null;
            else fresh = Carve(page);
        }
        int sizeClass = page->Class;
        int batch = ThreadCache.Grow(thread, sizeClass);
        void* block = page->Free;
        void* first = Links.Get(block);
        void* last = block;
        int count = 0;
        for (void* next = first; next != null && count < batch; next = Links.Get(next), count++) last = next;
        page->Free = Links.Get(last);
        page->Used += (uint)count + 1;
        if (count != 0) Links.Set(last, null);
        thread->Free[sizeClass] = count == 0 ? 0 : (ulong)first;
        thread->Room[sizeClass] = thread->Limit[sizeClass] + 1 - count;
        if (page->Retained != 0)
        {
            page->Retained = 0;
            thread->RetainedBytes -= page->Slices * Region.SliceBytes;
        }
        if (fresh && zero != null)
        {
            *(void**)block = null;
            *zero = 1;
        }
        return block;
    }

    /// <summary>Links the next few blocks never used into the empty free list. True when they are all zero but for the links.</summary>
    private static bool Carve(Page* page)
    {
        nuint size = page->BlockBytes;
        nuint count = CarveBytes / size;
        if (count == 0) count = 1;
        if (count > page->Capacity - page->Carved) count = page->Capacity - page->Carved;
        byte* first = page->Start + page->Carved * size;
        byte* last = first + (count - 1) * size;
        for (byte* block = first; block < last; block += size) Links.Set(block, block + size);
        Links.Set(last, null);
        page->Free = first;
        page->Carved += (uint)count;
        return page->Clean != 0;
    }
}
