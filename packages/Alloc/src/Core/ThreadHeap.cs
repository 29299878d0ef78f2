using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Core;

/// <summary>The pages with room that one thread owns, for one class; the first is the one it allocates from.</summary>
internal unsafe struct PageQueue
{
    internal Page* First;
    internal Page* Last;
}

/// <summary>
/// One thread's part of a heap: for each class a list of blocks ready to be handed out, last freed first, and a queue of
/// pages with room. Only its thread touches it. All zero bytes is valid and says "nothing here, and no room": the first
/// allocation and the first free take the slow path.
/// </summary>
/// <remarks>
/// <code>
/// Room[c] == Limit[c] + 1 - |Free[c]|     so a free may keep its block while the decremented room is above zero
/// </code>
/// The limit grows from a few blocks to <see cref="SizeClass.CacheLimit"/> as the class is used, so that threads that
/// allocate little hold little.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ThreadHeap
{
    /// <summary>Where <see cref="SmallClass"/> lies: address arithmetic saves the fast path a null check and a register.</summary>
    internal const int SmallClassOffset = AllocationsOffset + 8;

    internal const int AllocationsOffset = (RoomOffset + (SizeClass.Count + 1) * 4 + 7) & ~7;

    internal const int RoomOffset = (SizeClass.Count + 1) * 8;

    /// <summary>
    /// Blocks ready to be handed out, by class. One list more than there are classes: it is always empty and has no room,
    /// so that sizes beyond the table, and large blocks, fail like any other list and cost no branch.
    /// </summary>
    internal fixed ulong Free[SizeClass.Count + 1];

    internal fixed int Room[SizeClass.Count + 1];

    /// <summary>Allocations ever made, where the embedder counts them.</summary>
    internal ulong Allocations;

    internal fixed byte SmallClass[(int)(SizeClass.SmallLimit / 16) + 2];
    internal fixed byte MediumClass[(int)(SizeClass.MediumLimit / 128) + 1];
    internal fixed byte LargeClass[(int)(SizeClass.Limit / 1024) + 1];

    private PageQueue _queue0;
    private fixed ulong _queueRest[(SizeClass.Count - 1) * 2];

    /// <summary>Blocks the thread may keep now, by class.</summary>
    internal fixed int Limit[SizeClass.Count];

    /// <summary>Pages adopted by freeing into them since the class last allocated: the mark of a thread that only frees.</summary>
    internal fixed byte Adopted[SizeClass.Count];

    internal HeapCore* Heap;
    internal ThreadHeap* Next;
    internal ThreadHeap* NextSpare;

    /// <summary>Bytes of empty pages kept for classes of large blocks.</summary>
    internal nuint RetainedBytes;

    /// <summary>Sizes asked for by those allocations that took the slow path, and their number, by class: a sample of requests.</summary>
    internal fixed ulong RequestedBytes[SizeClass.Count];

    internal fixed ulong Requests[SizeClass.Count];

    /// <summary>What a thread of a hardened heap keeps instead of the lists above, which stay empty; null in any other.</summary>
    internal ReadyBlocks* Ready;

    internal ulong ThreadId;
    internal int InUse;

    /// <summary>
    /// The index of the ready list for any size: that of the empty one beyond <see cref="SizeClass.SmallLimit"/>.
    /// The clamp compiles to a conditional move; a branch here costs a frame, because the code generator omits it only
    /// from methods of at most three basic blocks.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nuint ListOf(ThreadHeap* thread, nuint size)
    {
        nuint granule = (size + 15) >> 4;
        // The sum wraps for the largest sizes; those have wrapped to granule 0 and must not be served.
        if (size > SizeClass.SmallLimit) granule = (SizeClass.SmallLimit / 16) + 1;
        return ((byte*)thread)[granule + SmallClassOffset];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int* RoomOf(ThreadHeap* thread, nuint list) => (int*)((byte*)thread + RoomOffset + list * 4);

    /// <summary>How many blocks of a class the thread keeps.</summary>
    internal static int Kept(ThreadHeap* thread, int sizeClass)
    {
        if (thread->Ready != null) return thread->Ready->Count[sizeClass];
        return thread->Limit[sizeClass] == 0 ? 0 : thread->Limit[sizeClass] + 1 - thread->Room[sizeClass];
    }

    internal static PageQueue* QueueOf(ThreadHeap* thread, int sizeClass) => &thread->_queue0 + sizeClass;

    internal static void Append(ThreadHeap* thread, Page* page)
    {
        PageQueue* queue = QueueOf(thread, page->Class);
        page->Next = null;
        page->Prev = queue->Last;
        if (queue->Last == null) queue->First = page;
        else queue->Last->Next = page;
        queue->Last = page;
    }

    internal static void Prepend(ThreadHeap* thread, Page* page)
    {
        PageQueue* queue = QueueOf(thread, page->Class);
        page->Prev = null;
        page->Next = queue->First;
        if (queue->First == null) queue->Last = page;
        else queue->First->Prev = page;
        queue->First = page;
    }

    internal static void Remove(ThreadHeap* thread, Page* page)
    {
        PageQueue* queue = QueueOf(thread, page->Class);
        if (page->Prev == null) queue->First = page->Next;
        else page->Prev->Next = page->Next;
        if (page->Next == null) queue->Last = page->Prev;
        else page->Next->Prev = page->Prev;
        page->Next = page->Prev = null;
    }
}
