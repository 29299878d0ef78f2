using Gabbro.Alloc.Core;

namespace Gabbro.Alloc;

/// <summary>
/// Reads a heap's map under its lock. Lists that other threads change meanwhile are followed with every link verified, so
/// the worst a race can do is a block in the wrong state.
/// </summary>
internal static unsafe class HeapMapReader
{
    internal static HeapMap Read(NativeHeap heap)
    {
        HeapCore* core = heap.Core;
        List<HeapMapSpan> spans = [];
        Dictionary<nint, byte[]> blocks = [];
        FutexLock.Acquire(&core->Lock);
        try
        {
            for (Region* region = core->Regions; region != null; region = region->Next)
            {
                Page* page;
                for (byte* at = region->Start; at < region->Top; at += page->Slices * Region.SliceBytes)
                {
                    page = PageMap.Of(at);
                    if (page->Kind == PageKind.Blocks) blocks.Add((nint)page, ReadBlocks(page));
                }
            }
            for (ThreadHeap* thread = core->Threads; thread != null; thread = thread->Next) MarkCached(core, thread, blocks);
            for (Region* region = core->Regions; region != null; region = region->Next)
            {
                Page* page;
                for (byte* at = region->Start; at < region->Top; at += page->Slices * Region.SliceBytes)
                {
                    page = PageMap.Of(at);
                    spans.Add(page->Kind == PageKind.Blocks ? Describe(page, blocks[(nint)page]) : Whole(page, page->Slices * Region.SliceBytes));
                }
            }
            for (Page* page = core->HugePages; page != null; page = page->Next) spans.Add(Whole(page, page->Bytes));
        }
        finally
        {
            FutexLock.Release(&core->Lock);
        }
        spans.Sort(static (left, right) => left.Address.CompareTo(right.Address));
        return new HeapMap(heap.Name, spans);
    }

    private static byte[] ReadBlocks(Page* page)
    {
        byte[] states = new byte[page->Capacity];
        states.AsSpan((int)page->Carved).Fill((byte)HeapMapState.Unused);
        if (page->States != null)
        {
            for (int i = 0; i < page->Carved; i++)
                states[i] = (byte)(page->States[i] switch { BlockState.Live => HeapMapState.Used, BlockState.Kept => HeapMapState.Cached, _ => HeapMapState.Free });
            return states;
        }
        Mark(page, states, page->Free, HeapMapState.Free);
        Mark(page, states, (void*)(page->Remote & Page.RemotePointer & ~(nuint)15), HeapMapState.Free);
        if (page->PurgedMap != null)
        {
            for (int i = 0; i < page->Carved; i++)
            {
                if ((page->PurgedMap[i >> 6] >> (i & 63) & 1) != 0) states[i] = (byte)HeapMapState.Free;
            }
        }
        return states;
    }

    private static void Mark(Page* page, byte[] states, void* list, HeapMapState state)
    {
        for (int i = 0; i < states.Length && IndexOf(page, list) is >= 0 and int index; i++)
        {
            states[index] = (byte)state;
            list = Links.Get(list);
        }
    }

    private static void MarkCached(HeapCore* core, ThreadHeap* thread, Dictionary<nint, byte[]> blocks)
    {
        for (int c = 0; c < SizeClass.Count; c++)
        {
            void* block = (void*)thread->Free[c];
            for (int i = SizeClass.CacheLimit(c); i >= 0 && block != null; i--)
            {
                Page* page = PageMap.Find(block);
                if (page == null || page->Heap != core || page->Kind != PageKind.Blocks || page->Class != c) break;
                int index = IndexOf(page, block);
                if (index < 0 || !blocks.TryGetValue((nint)page, out byte[]? states)) break;
                states[index] = (byte)HeapMapState.Cached;
                block = Links.Get(block);
            }
        }
    }

    private static int IndexOf(Page* page, void* block)
    {
        nuint offset = (nuint)block - (nuint)page->Start;
        return block != null && offset < page->Carved * (nuint)page->BlockBytes && offset % page->BlockBytes == 0
            ? (int)(offset / page->BlockBytes)
            : -1;
    }

    private static HeapMapSpan Describe(Page* page, byte[] states)
    {
        List<HeapMapRun> runs = [];
        long size = page->BlockBytes;
        for (int i = 0; i < states.Length;)
        {
            int first = i;
            while (i < states.Length && states[i] == states[first]) i++;
            runs.Add(new HeapMapRun((ulong)page->Start + (ulong)(first * size), (i - first) * size, (HeapMapState)states[first], i - first));
        }
        long bytes = (long)(page->Slices * Region.SliceBytes);
        long tail = bytes - (states.Length * size);
        if (tail != 0) runs.Add(new HeapMapRun((ulong)page->Start + (ulong)(bytes - tail), tail, HeapMapState.Unused, 0));
        return new HeapMapSpan((ulong)page->Start, bytes, size, runs);
    }

    private static HeapMapSpan Whole(Page* page, nuint bytes)
    {
        bool used = page->Kind is PageKind.Large or PageKind.Huge;
        HeapMapRun run = new((ulong)page->Start, (long)bytes, used ? HeapMapState.Used : HeapMapState.Free, used ? 1 : 0);
        return new HeapMapSpan((ulong)page->Start, (long)bytes, 0, [run]);
    }
}
