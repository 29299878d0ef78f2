using System;
using System.Runtime.CompilerServices;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Preload;

/// <summary>What the exported functions do when their fast path does not apply: a thread's first call, refills, large blocks, errors.</summary>
internal static unsafe class Slow
{
    internal const int NoMemory = 12;
    internal const int InvalidArgument = 22;

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void* Malloc(nuint size, ThreadHeap* heap)
    {
        if (heap->Heap == null) return Alloc(size, 1, false, heap);
        void* block = heap->Ready != null && size <= SizeClass.Limit
            ? Hardening.Take(heap, Allocator.ClassOf(heap, size))
            : Allocator.AllocSlow(heap, size);
        return block != null ? block : Fail();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void* Alloc(nuint size, nuint alignment, bool zero, ThreadHeap* heap)
    {
        if (Modes.Diagnosed) return Diagnosis.Alloc(size, alignment, zero);
        ThreadHeap* own = Threads.Current(heap);
        void* block = own == null ? Threads.AllocLate(size, alignment, zero) : Allocator.AllocAligned(own, size, alignment, zero);
        return block != null ? block : Fail();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Free(void* block, ThreadHeap* heap, Page* page)
    {
        if (heap->Ready != null && page->States != null && Hardening.Check(page, block) == BlockFault.None)
        {
            heap->Room[page->Class] = 0;
            Hardening.Put(heap, page, block);
            return;
        }
        if (block == null)
        {
            heap->Room[SizeClass.None] = 0;
            return;
        }
        if (Modes.Diagnosed)
        {
            heap->Room[page == null ? SizeClass.None : page->Class] = 0;
            Diagnosis.Free(block);
            return;
        }
        if (Modes.Hardened) RequireInUse(page, block, "free"u8);
        // The empty heap and the dead one are shared by threads and hold nothing; undo the fast path's count.
        if (heap->Heap == null) heap->Room[page->Class] = 0;
        ThreadHeap* own = Threads.Current(heap);
        if (own == null) Allocator.FreeForeign(page, block);
        else if (own == heap) Allocator.FreeSlow(own, page, block);
        else Allocator.Free(own, block);
    }

    internal static void* Realloc(void* block, nuint size, ThreadHeap* heap)
    {
        if (Modes.Diagnosed) return Diagnosis.Realloc(block, size);
        if (size == 0)
        {
            Exports.Free(block, heap);
            return null;
        }
        if (Modes.Hardened) RequireInUse(PageMap.Find(block), block, "realloc"u8);
        ThreadHeap* own = Threads.Current(heap);
        if (own != null)
        {
            void* result = Allocator.Realloc(own, block, size);
            return result != null ? result : Fail();
        }
        void* moved = Threads.AllocLate(size, 1, false);
        if (moved == null) return Fail();
        nuint usable = UsableSize(block);
        Bytes.Copy(moved, block, size < usable ? size : usable);
        Exports.Free(block, heap);
        return moved;
    }

    internal static nuint UsableSize(void* block)
    {
        if (Modes.Diagnosed) return Diagnosis.UsableSize(block);
        if (Modes.Hardened) RequireInUse(PageMap.Find(block), block, "malloc_usable_size"u8);
        return Allocator.UsableSize(PageMap.Of(block));
    }

    /// <summary>In a hardened process, ends it when the pointer is not the start of a block in use.</summary>
    private static void RequireInUse(Page* page, void* block, ReadOnlySpan<byte> operation)
    {
        int fault = Hardening.Check(page, block);
        if (fault != BlockFault.None) Misuse.Report(fault, operation, block);
    }

    internal static int Trim(nuint keep, ThreadHeap* heap) => ThreadHeaps.Trim(Threads.Heap, heap->Heap == null ? null : heap, keep) != 0 ? 1 : 0;

    /// <summary>Sets errno to ENOMEM.</summary>
    internal static void* Fail()
    {
        *Libc.ErrnoLocation() = NoMemory;
        return null;
    }

    /// <summary>Sets errno to EINVAL.</summary>
    internal static void* Invalid()
    {
        *Libc.ErrnoLocation() = InvalidArgument;
        return null;
    }

    /// <summary>operator new out of memory: the program's new-handler until it succeeds, else std::bad_alloc.</summary>
    internal static void* New(nuint size, nuint alignment)
    {
        while (Stubs.CallNewHandler() != 0)
        {
            void* block = Alloc(size, alignment, false, Stubs.ThreadHeapGet());
            if (block != null) return block;
        }
        Stubs.ThrowBadAlloc();
        return null;
    }
}
