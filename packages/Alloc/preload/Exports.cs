using System.Runtime;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Preload;

/// <summary>
/// The malloc family, as C17, POSIX and the glibc manual describe it. Each is entered through a stub that adds the calling
/// thread's heap as the last argument. Only the fast paths are here; everything else leaves by a tail call, so that no
/// register is saved on the way through.
/// </summary>
internal static unsafe class Exports
{
    [RuntimeExport("gabbro_malloc")]
    internal static void* Malloc(nuint size, ThreadHeap* heap)
    {
        nuint list = ThreadHeap.ListOf(heap, size);
        void* block = ((void**)heap)[list];
        if (block == null) return Slow.Malloc(size, heap);
        ((void**)heap)[list] = Links.Get(block);
        (*ThreadHeap.RoomOf(heap, list))++;
        return block;
    }

    /// <summary>Null has a page too, of no class: it ends in the slow path, which knows it.</summary>
    [RuntimeExport("gabbro_free")]
    internal static void Free(void* block, ThreadHeap* heap)
    {
        Page* page = PageMap.Of(block);
        nuint list = page->Class;
        int* room = ThreadHeap.RoomOf(heap, list);
        (*room)--;
        if (*room <= 0)
        {
            Slow.Free(block, heap, page);
            return;
        }
        Links.Set(block, ((void**)heap)[list]);
        ((void**)heap)[list] = block;
    }

    [RuntimeExport("gabbro_calloc")]
    internal static void* Calloc(nuint count, nuint size, ThreadHeap* heap)
    {
        nuint total = count * size;
        if ((count | size) >> 32 != 0 && count != 0 && total / count != size) return Slow.Fail();
        return Slow.Alloc(total, 1, true, heap);
    }

    [RuntimeExport("gabbro_realloc")]
    internal static void* Realloc(void* block, nuint size, ThreadHeap* heap)
    {
        if (block == null) return Malloc(size, heap);
        return Slow.Realloc(block, size, heap);
    }

    [RuntimeExport("gabbro_reallocarray")]
    internal static void* ReallocArray(void* block, nuint count, nuint size, ThreadHeap* heap)
    {
        nuint total = count * size;
        if ((count | size) >> 32 != 0 && count != 0 && total / count != size) return Slow.Fail();
        return Realloc(block, total, heap);
    }

    /// <summary>As in glibc, an alignment that is no power of two is rounded up to one.</summary>
    [RuntimeExport("gabbro_memalign")]
    internal static void* Memalign(nuint alignment, nuint size, ThreadHeap* heap)
    {
        if (alignment > Allocator.LargestSize + 1) return Slow.Invalid();
        nuint power = 16;
        while (power < alignment) power <<= 1;
        return Slow.Alloc(size, power, false, heap);
    }

    /// <summary>C17: fails when the alignment is not a power of two.</summary>
    [RuntimeExport("gabbro_aligned_alloc")]
    internal static void* AlignedAlloc(nuint alignment, nuint size, ThreadHeap* heap)
    {
        if (!Bits.IsPowerOfTwo(alignment)) return Slow.Invalid();
        return Slow.Alloc(size, alignment, false, heap);
    }

    /// <summary>Returns an error number and leaves errno and, on failure, *result alone.</summary>
    [RuntimeExport("gabbro_posix_memalign")]
    internal static int PosixMemalign(void** result, nuint alignment, nuint size, ThreadHeap* heap)
    {
        if (!Bits.IsPowerOfTwo(alignment) || alignment < (nuint)sizeof(void*)) return Slow.InvalidArgument;
        int saved = *Libc.ErrnoLocation();
        void* block = Slow.Alloc(size, alignment, false, heap);
        *Libc.ErrnoLocation() = saved;
        if (block == null) return Slow.NoMemory;
        *result = block;
        return 0;
    }

    [RuntimeExport("gabbro_valloc")]
    internal static void* Valloc(nuint size, ThreadHeap* heap) => Slow.Alloc(size, 4096, false, heap);

    [RuntimeExport("gabbro_pvalloc")]
    internal static void* Pvalloc(nuint size, ThreadHeap* heap)
    {
        if (size > Allocator.LargestSize) return Slow.Fail();
        return Slow.Alloc(size == 0 ? 4096 : Bits.RoundUp(size, 4096), 4096, false, heap);
    }

    [RuntimeExport("gabbro_free_sized")]
    internal static void FreeSized(void* block, nuint size, ThreadHeap* heap) => Free(block, heap);

    [RuntimeExport("gabbro_free_aligned_sized")]
    internal static void FreeAlignedSized(void* block, nuint alignment, nuint size, ThreadHeap* heap) => Free(block, heap);

    [RuntimeExport("malloc_usable_size")]
    internal static nuint UsableSize(void* block) => block == null ? 0 : Slow.UsableSize(block);

    [RuntimeExport("gabbro_malloc_trim")]
    internal static int Trim(nuint keep, ThreadHeap* heap) => Slow.Trim(keep, heap);

    /// <summary>The parameters of glibc's heap have no counterpart here; known ones are accepted, as the manual allows.</summary>
    [RuntimeExport("mallopt")]
    internal static int Mallopt(int parameter, int value) => parameter is (>= -8 and <= -1) or 1 ? 1 : 0;

    [RuntimeExport("gabbro_new")]
    internal static void* New(nuint size, ThreadHeap* heap)
    {
        void* block = Malloc(size, heap);
        return block != null ? block : Slow.New(size, 16);
    }

    [RuntimeExport("gabbro_new_aligned")]
    internal static void* NewAligned(nuint size, nuint alignment, ThreadHeap* heap)
    {
        void* block = Slow.Alloc(size, alignment, false, heap);
        return block != null ? block : Slow.New(size, alignment);
    }

    [RuntimeExport("gabbro_new_aligned_nothrow")]
    internal static void* NewAlignedNothrow(nuint size, nuint alignment, ThreadHeap* heap) => Slow.Alloc(size, alignment, false, heap);
}
