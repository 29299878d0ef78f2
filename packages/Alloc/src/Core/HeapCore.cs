using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Core;

/// <summary>A list of pages with free blocks that no thread owns, guarded by its own lock. A cache line each.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal unsafe struct SharedPages
{
    internal int Lock;
    internal uint Count;
    internal Page* First;
}

/// <summary>
/// A heap: the regions and huge blocks that belong to it, the bins of free spans, the pages between threads, and the
/// threads' own heaps. All zero bytes is a valid empty heap. Everything it took goes back in one sweep.
/// </summary>
/// <remarks>
/// Locks, in the order in which they may be taken while holding another: <see cref="PurgeLock"/>, a class's
/// <see cref="SharedPages.Lock"/>, <see cref="Lock"/>, the page map's. Most sections hold one; a fork takes all of them.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HeapCore
{
    internal const int BinCount = 128;

    /// <summary>Guards spans, regions, metadata and the list of threads.</summary>
    internal int Lock;

    internal int PurgeLock;

    /// <summary>Threads that have a heap of their own here.</summary>
    internal int LiveThreads;

    internal fixed ulong Bins[BinCount];
    internal ulong BinsUsedLow;
    internal ulong BinsUsedHigh;

    internal Region* Regions;
    internal Page* HugePages;
    internal Page* SparePages;
    internal ulong* SpareMaps;
    internal ThreadHeap* Threads;
    internal ThreadHeap* SpareThreads;

    internal byte* MetadataNext;
    internal byte* MetadataCommitted;
    internal byte* MetadataEnd;

    /// <summary>Chunks of metadata, linked through their first word, for the day the heap is released.</summary>
    internal byte* MetadataChunks;

    /// <summary>Free spans that may hold memory: their slices, and how many the heap may keep without a scavenger.</summary>
    internal nuint DirtySlices;

    internal Statistics Totals;

    /// <summary>Random; not zero makes the heap a hardened one. Set by the embedder before the heap is used.</summary>
    internal ulong Secret;

    /// <summary>Guards that are up; see Guards.</summary>
    internal int GuardCount;

    /// <summary>Runs in no use with their guards up, by length; see RestingRuns.</summary>
    internal fixed ulong Resting[RestingRuns.LongestSlices + 1];
    internal nuint RestingSlices;

    /// <summary>State maps of released pages, by powers of two from 128 bytes.</summary>
    internal fixed ulong SpareStates[6];

    /// <summary>Set while a scavenger looks after the heap.</summary>
    internal int Scavenged;

    /// <summary>What the owner of the heap hangs on it; the core never looks.</summary>
    internal nint Tag;

    private SharedPages _shared0;
    private fixed byte _sharedRest[(SizeClass.Count - 1) * 64];

    internal static SharedPages* SharedOf(HeapCore* heap, int sizeClass) => &heap->_shared0 + sizeClass;

    /// <summary>Counters that are kept up to date under <see cref="Lock"/>, in bytes unless named otherwise.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Statistics
    {
        internal nuint Reserved;

        /// <summary>Spans and huge blocks that are handed out, free blocks inside them included.</summary>
        internal nuint InUse;
        internal nuint Committed;
        internal nuint PeakCommitted;
        internal nuint Metadata;
        internal nuint LargeLive;
        internal nuint LargeBlocks;
        internal ulong LargeAllocated;
        internal ulong LargeFreed;
        internal ulong PurgedBytes;
        internal ulong SpansTaken;
        internal ulong SpansReturned;
    }
}
