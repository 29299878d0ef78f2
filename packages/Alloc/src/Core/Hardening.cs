namespace Gabbro.Alloc.Core;

/// <summary>
/// A heap for programs under attack or under suspicion, at a price that a release can pay. What is free is written down
/// apart from the blocks, a byte each, so a program that writes where it must not finds no link to bend; every free is
/// held against it, so a block is never free twice and no pointer but a block's start is taken; which block comes next is
/// random; and every run of slices ends at a guard.
/// </summary>
/// <remarks>
/// Threads keep their blocks in arrays, see <see cref="ReadyBlocks"/>; their lists stay empty and without room, so every
/// call of theirs takes the slow path and ordinary heaps pay nothing for this one. Two frees of one block at the very same
/// moment may both pass: a state is looked at and changed without an atomic.
/// </remarks>
internal static unsafe class Hardening
{
    private const nuint SmallestMap = 128;

    /// <summary>So many blocks at least are opened at a time, or the next one could be guessed.</summary>
    private const uint FewestCarved = 16;

    /// <summary>A block of a class, at random from those the thread keeps; null when out of memory.</summary>
    internal static void* Take(ThreadHeap* thread, int sizeClass)
    {
        ReadyBlocks* ready = thread->Ready;
        if (ready->Count[sizeClass] == 0)
        {
            if (BlocksOf(thread, sizeClass) == null || BlockPages.Fetch(thread, sizeClass, null) == null) return null;
        }
        byte** blocks = (byte**)ready->Blocks[sizeClass];
        int count = ready->Count[sizeClass];
        uint index = ReadyBlocks.Next(ready, (uint)count);
        byte* block = blocks[index];
        blocks[index] = blocks[--count];
        ready->Count[sizeClass] = count;
        Page* page = PageMap.Of(block);
        page->States[(uint)(block - page->Start) / page->BlockBytes] = BlockState.Live;
        return block;
    }

    /// <summary>What is wrong with freeing or resizing a block of this page; <see cref="BlockFault.None"/> if nothing.</summary>
    internal static int Check(Page* page, void* block)
    {
        if (page == null) return BlockFault.InvalidPointer;
        if (page->Kind != PageKind.Blocks)
        {
            if (page->Kind is PageKind.Large or PageKind.Huge) return block == page->Start ? BlockFault.None : BlockFault.InvalidPointer;
            // The first or last slice of a free run still has a page, which nobody can hold a block of.
            return page->Kind == PageKind.Nowhere ? BlockFault.InvalidPointer : BlockFault.DoubleFree;
        }
        // Blocks from before the heap was hardened have no states.
        if (page->States == null) return BlockFault.None;
        uint offset = (uint)((byte*)block - page->Start);
        uint index = offset / page->BlockBytes;
        if (index * page->BlockBytes != offset || index >= page->Carved) return BlockFault.InvalidPointer;
        return page->States[index] == BlockState.Live ? BlockFault.None : BlockFault.DoubleFree;
    }

    /// <summary>Keeps a block that <see cref="Check"/> has found nothing wrong with, or gives it back to where it came from.</summary>
    internal static void Put(ThreadHeap* thread, Page* page, void* block)
    {
        if (page->States == null)
        {
            BlockPages.FreeChain(null, page, block, block, 1);
            return;
        }
        int sizeClass = page->Class;
        byte** blocks = BlocksOf(thread, sizeClass);
        if (blocks == null)
        {
            Return(thread, page, block);
            return;
        }
        page->States[(uint)((byte*)block - page->Start) / page->BlockBytes] = BlockState.Kept;
        ReadyBlocks* ready = thread->Ready;
        int most = ReadyBlocks.Limit(sizeClass);
        if (ready->Count[sizeClass] == most) Flush(thread, sizeClass, most / 2);
        blocks[ready->Count[sizeClass]++] = (byte*)block;
    }

    /// <summary>Gives one block back to its page.</summary>
    internal static void Return(ThreadHeap* thread, Page* page, void* block)
    {
        // First the state, then the count: see the remarks of Page.
        page->States[(uint)((byte*)block - page->Start) / page->BlockBytes] = BlockState.Free;
        BlockPages.FreeChain(thread, page, null, null, 1);
    }

    /// <summary>Gives all but <paramref name="keep"/> blocks of a class back, the oldest first.</summary>
    internal static void Flush(ThreadHeap* thread, int sizeClass, int keep)
    {
        ReadyBlocks* ready = thread->Ready;
        byte** blocks = (byte**)ready->Blocks[sizeClass];
        int count = ready->Count[sizeClass];
        int given = count - keep;
        if (given <= 0) return;
        // The array is whole again before the first block goes: the page it empties may start the scavenger, and starting a
        // thread allocates on this one.
        byte** leaving = stackalloc byte*[ReadyBlocks.Most];
        for (int i = 0; i < given; i++) leaving[i] = blocks[i];
        for (int i = 0; i < keep; i++) blocks[i] = blocks[given + i];
        ready->Count[sizeClass] = keep;
        for (int i = 0; i < given; i++) Return(thread, PageMap.Of(leaving[i]), leaving[i]);
    }

    /// <summary>
    /// Fills the thread's empty array from a page, beginning at a random block; null when the page has none. Owned by the
    /// caller and collected.
    /// </summary>
    internal static void* Draw(ThreadHeap* thread, Page* page)
    {
        if (!BlockPages.HasRoom(page)) return null;
        ReadyBlocks* ready = thread->Ready;
        byte** blocks = (byte**)ready->Blocks[page->Class];
        int wanted = (ReadyBlocks.Limit(page->Class) + 1) / 2;
        int taken = 0;
        if (page->Carved != 0)
        {
            uint from = ReadyBlocks.Next(ready, page->Carved);
            taken = Scan(page, from, page->Carved, blocks, 0, wanted);
            if (taken < wanted) taken = Scan(page, 0, from, blocks, taken, wanted);
        }
        if (taken == 0)
        {
            if (page->Carved == page->Capacity) return null;
            uint first = page->Carved;
            uint count = (uint)Os.PageBytes / page->BlockBytes;
            if (count < FewestCarved) count = FewestCarved;
            if (count > page->Capacity - first) count = page->Capacity - first;
            page->Carved += count;
            taken = Scan(page, first + ReadyBlocks.Next(ready, count), page->Carved, blocks, 0, wanted);
        }
        page->Used += (uint)taken;
        ready->Count[page->Class] = taken;
        if (page->Retained != 0)
        {
            page->Retained = 0;
            thread->RetainedBytes -= page->Slices * Region.SliceBytes;
        }
        return blocks[0];
    }

    /// <summary>Gives back the system pages of a page all of whose blocks are free. Its owner calls, or who holds the list's lock.</summary>
    internal static nuint PurgeHoles(Page* page)
    {
        nuint size = page->BlockBytes;
        nuint end = page->Carved * size;
        nuint bytes = 0;
        for (nuint offset = 0; offset < end; offset += Os.PageBytes)
        {
            nuint first = offset / size;
            nuint last = (offset + Os.PageBytes - 1) / size;
            if (last >= page->Carved) last = page->Carved - 1;
            bool hole = true;
            bool anyFresh = false;
            for (nuint i = first; i <= last && hole; i++)
            {
                hole = (page->States[i] & BlockState.Taken) == 0;
                anyFresh |= page->States[i] == BlockState.Free;
            }
            if (!hole || !anyFresh) continue;
            for (nuint i = first; i <= last; i++) page->States[i] = BlockState.Purged;
            Os.Purge(page->Start + offset, Os.PageBytes);
            bytes += Os.PageBytes;
        }
        return bytes;
    }

    /// <summary>Gives a thread of a hardened heap its arrays. False without memory for them.</summary>
    internal static bool AttachUnsynchronized(HeapCore* heap, ThreadHeap* thread)
    {
        if (heap->Secret == 0 || thread->Ready != null) return true;
        ReadyBlocks* ready = (ReadyBlocks*)Metadata.TakeUnsynchronized(heap, (nuint)sizeof(ReadyBlocks));
        if (ready == null) return false;
        ready->Random = heap->Secret * 0x9E37_79B9_7F4A_7C15 ^ (nuint)thread;
        if (ready->Random == 0) ready->Random = heap->Secret;
        thread->Ready = ready;
        return true;
    }

    /// <summary>Gives a new page of a hardened heap its states and its guard. False without memory for the states.</summary>
    internal static bool PrepareUnsynchronized(HeapCore* heap, Page* page)
    {
        page->States = null;
        if (heap->Secret == 0) return true;
        int bin = BinOf(page->Capacity);
        nuint bytes = SmallestMap << bin;
        byte* states = (byte*)heap->SpareStates[bin];
        if (states != null)
        {
            heap->SpareStates[bin] = *(ulong*)states;
            Bytes.Clear(states, bytes);
        }
        else
        {
            states = (byte*)Metadata.TakeUnsynchronized(heap, bytes);
            if (states == null) return false;
        }
        page->States = states;
        if (page->GuardBytes == 0) Guards.RaiseUnsynchronized(heap, page);
        return true;
    }

    /// <summary>Drops the states of a page that is being released.</summary>
    internal static void ForgetStatesUnsynchronized(HeapCore* heap, Page* page)
    {
        if (page->States == null) return;
        int bin = BinOf(page->Capacity);
        *(ulong*)page->States = heap->SpareStates[bin];
        heap->SpareStates[bin] = (ulong)page->States;
        page->States = null;
    }

    private static int BinOf(uint capacity)
    {
        int bin = 0;
        while (SmallestMap << bin < capacity) bin++;
        return bin;
    }

    private static byte** BlocksOf(ThreadHeap* thread, int sizeClass)
    {
        byte** blocks = (byte**)thread->Ready->Blocks[sizeClass];
        return blocks != null ? blocks : MakeBlocks(thread, sizeClass);
    }

    private static byte** MakeBlocks(ThreadHeap* thread, int sizeClass)
    {
        HeapCore* heap = thread->Heap;
        FutexLock.Acquire(&heap->Lock);
        thread->Ready->Blocks[sizeClass] = (ulong)Metadata.TakeUnsynchronized(heap, (nuint)(ReadyBlocks.Limit(sizeClass) * sizeof(void*)));
        FutexLock.Release(&heap->Lock);
        return (byte**)thread->Ready->Blocks[sizeClass];
    }

    /// <summary>Takes free blocks from a range of a page; returns how many the array then holds.</summary>
    private static int Scan(Page* page, uint from, uint to, byte** blocks, int taken, int wanted)
    {
        byte* states = page->States;
        for (uint i = from; i < to && taken < wanted;)
        {
            if ((i & 7) == 0 && i + 8 <= to && (*(ulong*)(states + i) & BlockState.EightTaken) == BlockState.EightTaken)
            {
                i += 8;
                continue;
            }
            if ((states[i] & BlockState.Taken) == 0)
            {
                states[i] = BlockState.Kept;
                blocks[taken++] = page->Start + i * (nuint)page->BlockBytes;
            }
            i++;
        }
        return taken;
    }
}
