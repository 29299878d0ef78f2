using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc;

/// <summary>
/// A thread's parts of the heaps it used last, by the low bits of the heap's identity. Identities are never used twice, so
/// an entry of a disposed heap can never match. In native memory behind a thread-static pointer, because a thread static
/// that is a pointer costs a load where a structure would be boxed.
/// </summary>
internal static unsafe class ThreadCacheEntries
{
    internal const int Count = 8;

    internal struct Entry
    {
        internal ulong Id;
        internal ThreadHeap* Heap;
    }

    [ThreadStatic]
    private static Entry* t_entries;

    /// <summary>The calling thread's entries, null before its first use of any heap.</summary>
    internal static Entry* Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_entries;
    }

    /// <summary>Where a heap's entry lies from the start of any thread's entries, in bytes.</summary>
    internal static nint OffsetOf(ulong id) => (nint)(id % Count) * sizeof(Entry);

    internal static void Remember(ulong id, ThreadHeap* heap)
    {
        Entry* entry = (Entry*)((byte*)t_entries + OffsetOf(id));
        entry->Id = id;
        entry->Heap = heap;
    }

    /// <summary>Makes the calling thread's entries; whoever registers the thread frees them after its end.</summary>
    internal static Entry* Make() => t_entries = (Entry*)NativeMemory.AllocZeroed(Count, (nuint)sizeof(Entry));
}
