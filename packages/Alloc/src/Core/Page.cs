using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Core;

/// <summary>What a run of slices is used for.</summary>
internal static class PageKind
{
    /// <summary>Free: lies in a bin of the span allocator.</summary>
    internal const byte Free = 0;

    /// <summary>Holds blocks of one size class.</summary>
    internal const byte Blocks = 1;

    /// <summary>One block of more than <see cref="SizeClass.Limit"/> bytes out of a region.</summary>
    internal const byte Large = 2;

    /// <summary>One block with a mapping of its own.</summary>
    internal const byte Huge = 3;

    /// <summary>Taken out of its bin by the scavenger, which is giving its memory back with the lock released.</summary>
    internal const byte Purging = 4;

    /// <summary>No memory of any heap; see PageMap.CoverAll.</summary>
    internal const byte Nowhere = 5;

    /// <summary>Of a hardened heap, in no use, with its guard up; see RestingRuns.</summary>
    internal const byte Resting = 6;
}

/// <summary>
/// The description of a run of 16 KiB slices, kept apart from the memory it describes, so that overruns cannot reach it.
/// 128 bytes: the first cache line is the owner's, the second is what other threads write.
/// </summary>
/// <remarks>
/// <para>For a page of blocks, while nobody is in the middle of an operation:</para>
/// <code>
/// Carved - Used == |Free| + Purged             blocks the page itself can give
/// Used   == live + |blocks kept in some ThreadHeap.Free| + |Remote|
/// Carved &lt;= Capacity;  blocks at or past Start + Carved * BlockBytes were never handed out
/// </code>
/// <para>
/// In a hardened heap the blocks themselves hold nothing: <see cref="States"/> says which are free, <see cref="Free"/> is
/// null, and <see cref="Remote"/> carries only the count. A state is set to free before its block is counted as not used,
/// so <see cref="Used"/> may be too high for a moment and never too low.
/// </para>
/// <para>
/// Ownership lives in <see cref="Remote"/>. A pointer with a count in its upper 16 bits, or zero: a thread owns the page (<see cref="Owner"/>), it is in
/// that thread's queue, and others push freed blocks here. <see cref="Unowned"/>: every block is used and the page is in
/// no list; whoever frees into it first takes it by a compare-and-swap. <see cref="Shared"/>: it has free blocks and is in
/// the heap's list of its class, to be touched only under that list's lock. <see cref="Owner"/> is written only by the
/// thread it names, or under the list's lock while null, so "is it mine?" needs no atomic.
/// </para>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal unsafe struct Page
{
    internal const nuint Unowned = 1;
    internal const nuint Shared = 2;
    internal const int RemoteCountShift = 48;

    /// <summary>The part of <see cref="Remote"/> that is a pointer.</summary>
    internal static nuint RemotePointer => unchecked((nuint)0x0000_FFFF_FFFF_FFFF);

    /// <summary>The heap of the thread that owns the page, else null. Blocks that find their own thread's heap here need no atomic.</summary>
    internal ThreadHeap* Owner;

    /// <summary>Blocks freed by the owner, linked through their first word.</summary>
    internal void* Free;

    internal uint Used;
    internal uint Carved;
    internal uint Capacity;
    internal uint BlockBytes;
    internal byte* Start;
    internal Page* Next;
    internal Page* Prev;

    /// <summary>Milliseconds, by the system's clock, when a free span was freed.</summary>
    internal uint FreedAt;

    internal byte Kind;

    /// <summary>The size class, <see cref="SizeClass.None"/> for what has none: all that a free needs to know of its page.</summary>
    internal byte Class;

    /// <summary>1 while the memory past <see cref="Carved"/> is known to be zero.</summary>
    internal byte Clean;

    /// <summary>1 while the page is empty and kept for its class; counts against the thread's allowance.</summary>
    internal byte Retained;

    // ---- second cache line ----

    /// <summary>Ownership and the blocks freed by other threads; see the remarks.</summary>
    internal nuint Remote;

    internal HeapCore* Heap;
    internal Region* Region;

    /// <summary>Bytes of a large or huge block as mapped.</summary>
    internal nuint Bytes;

    /// <summary>One bit for each block whose memory was given back while the page was in use; see HolePurging.</summary>
    internal ulong* PurgedMap;

    internal uint Purged;
    internal uint Slices;

    /// <summary>Slices of a free span that may hold memory.</summary>
    internal uint DirtySlices;

    /// <summary>Inaccessible bytes at the end, behind the last block; see Guards.</summary>
    internal uint GuardBytes;

    /// <summary>Of a page of a hardened heap: a byte for each block, see BlockState. Such a page has no free list.</summary>
    internal byte* States;
}
