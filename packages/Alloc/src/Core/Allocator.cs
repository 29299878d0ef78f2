using System.Runtime.CompilerServices;

namespace Gabbro.Alloc.Core;

/// <summary>
/// The operations of a heap, as a thread with its <see cref="ThreadHeap"/> calls them. Nothing here throws: failure is
/// null. Sizes of zero give a block of the smallest class, so every result is unique.
/// </summary>
internal static unsafe class Allocator
{
    /// <summary>The largest size there is, as PTRDIFF_MAX.</summary>
    internal const ulong LargestSize = 0x7FFF_FFFF_FFFF_FFFF;

    /// <summary>From this size on a growing block is copied at most once more.</summary>
    private const nuint MappedGrowth = 1 << 20;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void* Alloc(ThreadHeap* thread, nuint size)
    {
        nuint list = ThreadHeap.ListOf(thread, size);
        void* block = ((void**)thread)[list];
        if (block != null)
        {
            ((void**)thread)[list] = Links.Get(block);
            (*ThreadHeap.RoomOf(thread, list))++;
            return block;
        }
        return AllocSlow(thread, size);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void* AllocSlow(ThreadHeap* thread, nuint size)
    {
        if (size > SizeClass.Limit) return LargeBlocks.Alloc(thread->Heap, size, 1, zero: false);
        int sizeClass = ClassOf(thread, size);
        void* block = (void*)thread->Free[sizeClass];
        if (block == null)
        {
            thread->RequestedBytes[sizeClass] += size;
            thread->Requests[sizeClass]++;
            return BlockPages.Refill(thread, sizeClass, null);
        }
        Pop(thread, sizeClass, block);
        return block;
    }

    /// <summary>A block whose first <paramref name="size"/> bytes are zero.</summary>
    internal static void* AllocZeroed(ThreadHeap* thread, nuint size)
    {
        if (size > SizeClass.Limit) return LargeBlocks.Alloc(thread->Heap, size, 1, zero: true);
        int sizeClass = ClassOf(thread, size);
        byte zero = 0;
        void* block = (void*)thread->Free[sizeClass];
        if (block == null) block = BlockPages.Refill(thread, sizeClass, &zero);
        else Pop(thread, sizeClass, block);
        if (block != null && zero == 0) Bytes.Clear(block, size);
        return block;
    }

    /// <summary>A block on a boundary of <paramref name="alignment"/> bytes, a power of two.</summary>
    internal static void* AllocAligned(ThreadHeap* thread, nuint size, nuint alignment, bool zero)
    {
        if (alignment <= 16) return zero ? AllocZeroed(thread, size) : Alloc(thread, size);
        nuint fitting = AlignedClassSize(size, alignment);
        if (fitting == 0) return LargeBlocks.Alloc(thread->Heap, size, alignment, zero);
        if (!zero) return Alloc(thread, fitting);
        return AllocZeroed(thread, fitting);
    }

    /// <summary>Frees a block of the thread's heap; not null. The block goes into the thread's list, whoever's page it is of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Free(ThreadHeap* thread, void* block)
    {
        Page* page = PageMap.Of(block);
        nuint list = page->Class;
        int* room = ThreadHeap.RoomOf(thread, list);
        (*room)--;
        if (*room > 0)
        {
            Links.Set(block, ((void**)thread)[list]);
            ((void**)thread)[list] = block;
        }
        else
        {
            FreeSlow(thread, page, block);
        }
    }

    /// <summary>The list had no room, or the block is a large one, which has no list.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void FreeSlow(ThreadHeap* thread, Page* page, void* block)
    {
        if (page->Kind == PageKind.Blocks)
        {
            ThreadCache.FreeFull(thread, page, block);
            return;
        }
        thread->Room[SizeClass.None] = 0;
        LargeBlocks.Free(page);
    }

    /// <summary>Frees a block without a thread's heap.</summary>
    internal static void FreeForeign(Page* page, void* block)
    {
        if (page->Kind != PageKind.Blocks) LargeBlocks.Free(page);
        else if (page->States != null) Hardening.Return(null, page, block);
        else BlockPages.FreeChain(null, page, block, block, 1);
    }

    private static void Pop(ThreadHeap* thread, int sizeClass, void* block)
    {
        thread->Free[sizeClass] = (ulong)Links.Get(block);
        thread->Room[sizeClass]++;
    }

    /// <summary>The bytes a block really has.</summary>
    internal static nuint UsableSize(Page* page) => page->Kind == PageKind.Blocks ? page->BlockBytes : page->Bytes;

    /// <summary>
    /// Changes a block's size and keeps its contents. In place when the class stays or when neighbours are free; a block
    /// shrunk to less than half its class moves, so that the rest is not lost. Null leaves the old block as it was.
    /// </summary>
    internal static void* Realloc(ThreadHeap* thread, void* block, nuint size)
    {
        if (size > LargestSize) return null;
        Page* page = PageMap.Of(block);
        nuint usable = UsableSize(page);
        if (page->Kind == PageKind.Blocks)
        {
            if (size <= usable && size >= usable / 2) return block;
        }
        else
        {
            void* resized = LargeBlocks.Resize(page, size);
            if (resized != null) return resized;
        }
        // A block that has outgrown its place and is this large will grow on: in a mapping of its own the system moves it.
        void* moved = page->Kind == PageKind.Large && size > usable && size >= MappedGrowth
            ? LargeBlocks.AllocHuge(page->Heap, size, Region.SliceBytes)
            : Alloc(thread, size);
        if (moved == null) return size <= usable ? block : null;
        Bytes.Copy(moved, block, size < usable ? size : usable);
        Free(thread, block);
        return moved;
    }

    /// <summary>
    /// The smallest class size that holds <paramref name="size"/> and is a multiple of the alignment; 0 when that takes a
    /// span. Blocks lie at multiples of their size from a slice's start, so such a class is aligned throughout.
    /// </summary>
    internal static nuint AlignedClassSize(nuint size, nuint alignment)
    {
        if (alignment > Region.SliceBytes || size > SizeClass.Limit) return 0;
        nuint wanted = size == 0 ? alignment : Bits.RoundUp(size, alignment);
        while (wanted <= SizeClass.Limit)
        {
            nuint found = SizeClass.SizeOf(SizeClass.Of(wanted));
            if ((found & (alignment - 1)) == 0) return found;
            wanted = Bits.RoundUp(found, alignment);
        }
        return 0;
    }

    internal static int ClassOf(ThreadHeap* thread, nuint size)
    {
        if (size <= SizeClass.SmallLimit) return thread->SmallClass[(size + 15) >> 4];
        return size <= SizeClass.MediumLimit ? thread->MediumClass[(size + 127) >> 7] : thread->LargeClass[(size + 1023) >> 10];
    }
}
