namespace Gabbro.Alloc.Core;

/// <summary>Giving a thread its part of a heap, and taking it back when the thread ends.</summary>
internal static unsafe class ThreadHeaps
{
    /// <summary>A thread's heap, new or left by a thread that ended; null when out of memory.</summary>
    internal static ThreadHeap* Attach(HeapCore* heap, ulong threadId)
    {
        FutexLock.Acquire(&heap->Lock);
        ThreadHeap* thread = heap->SpareThreads;
        if (thread != null)
        {
            heap->SpareThreads = thread->NextSpare;
        }
        else
        {
            thread = (ThreadHeap*)Metadata.TakeUnsynchronized(heap, (nuint)sizeof(ThreadHeap));
            if (thread != null)
            {
                thread->Heap = heap;
                SizeClass.FillTables(thread->SmallClass, thread->MediumClass, thread->LargeClass);
                thread->Next = heap->Threads;
                heap->Threads = thread;
            }
        }
        if (thread != null && !Hardening.AttachUnsynchronized(heap, thread))
        {
            thread->NextSpare = heap->SpareThreads;
            heap->SpareThreads = thread;
            thread = null;
        }
        if (thread != null)
        {
            thread->InUse = 1;
            thread->ThreadId = threadId;
            heap->LiveThreads++;
        }
        FutexLock.Release(&heap->Lock);
        return thread;
    }

    /// <summary>
    /// Empties a thread's heap and keeps it for the next thread. Every page with a used block goes to the shared lists,
    /// so nothing stays reserved for a thread that is gone.
    /// </summary>
    internal static void Detach(ThreadHeap* thread)
    {
        HeapCore* heap = thread->Heap;
        ThreadCache.FlushAll(thread);
        for (int c = 0; c < SizeClass.Count; c++)
        {
            PageQueue* queue = ThreadHeap.QueueOf(thread, c);
            while (queue->First != null)
            {
                Page* page = queue->First;
                ThreadHeap.Remove(thread, page);
                BlockPages.Collect(page);
                if (page->Used == 0) BlockPages.Release(page);
                else BlockPages.Share(page);
            }
            thread->Adopted[c] = 0;
            thread->Limit[c] = 0;
            thread->Room[c] = 0;
        }
        thread->RetainedBytes = 0;
        FutexLock.Acquire(&heap->Lock);
        thread->InUse = 0;
        thread->NextSpare = heap->SpareThreads;
        heap->SpareThreads = thread;
        heap->LiveThreads--;
        FutexLock.Release(&heap->Lock);
    }

    /// <summary>
    /// Gives back everything the calling thread can: its cached blocks, empty pages, system pages inside pages in use,
    /// and all free spans. Returns the bytes given back to the system.
    /// </summary>
    internal static nuint Trim(HeapCore* heap, ThreadHeap* thread, nuint keep)
    {
        nuint bytes = 0;
        if (thread != null)
        {
            ThreadCache.FlushAll(thread);
            for (int c = 0; c < SizeClass.Count; c++)
            {
                Page* next;
                for (Page* page = ThreadHeap.QueueOf(thread, c)->First; page != null; page = next)
                {
                    next = page->Next;
                    BlockPages.Collect(page);
                    if (page->Used != 0)
                    {
                        bytes += HolePurging.Purge(page);
                        continue;
                    }
                    if (page->Retained != 0)
                    {
                        page->Retained = 0;
                        thread->RetainedBytes -= page->Slices * Region.SliceBytes;
                    }
                    ThreadHeap.Remove(thread, page);
                    BlockPages.Release(page);
                }
            }
        }
        for (int c = 0; c < SizeClass.Count; c++)
        {
            SharedPages* shared = HeapCore.SharedOf(heap, c);
            FutexLock.Acquire(&shared->Lock);
            for (Page* page = shared->First; page != null; page = page->Next) bytes += HolePurging.Purge(page);
            FutexLock.Release(&shared->Lock);
        }
        FutexLock.Acquire(&heap->Lock);
        RestingRuns.ReleaseUnsynchronized(heap);
        FutexLock.Release(&heap->Lock);
        return bytes + Purging.Purge(heap, 0, keep >> Region.SliceShift);
    }
}
